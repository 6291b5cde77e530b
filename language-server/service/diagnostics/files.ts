import { fileProblems, type Problem, type WrittenPath, pathsOf as writtenPaths } from '../../../graph';
import { type Cancellation, throwIfCancelled } from '../cancellation';
import { type FileAccess, resolvePath } from '../files/access';
import { derived, type Snapshot } from '../snapshot';

/** All paths of a text, in its order. */
export const pathsOf = derived((snapshot: Snapshot): WrittenPath[] => writtenPaths(snapshot));

/** Files that a workflow names and that are not there, or not what they should be. */
export function noticeFiles(snapshot: Snapshot, files: FileAccess, token: Cancellation): Promise<Problem[]> {
  return fileProblems(snapshot, {
    kindOf: (path) => {
      throwIfCancelled(token);
      return files.kindOf(resolvePath(snapshot.uri, path));
    },
    read: (path) => files.read(resolvePath(snapshot.uri, path)),
    list: async (path) => (await files.list(resolvePath(snapshot.uri, path))).map(({ name }) => name),
  });
}
