/** What the sources use of ES2024 and Node 20 lacks. Bundled in front of every program that runs under Node. */

Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  let at = 0;
  for (const item of items) {
    const key = keyOf(item, at++);
    if (!groups.get(key)?.push(item)) groups.set(key, [item]);
  }
  return groups;
};

Promise.withResolvers ??= () => {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
};
