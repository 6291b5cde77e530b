import path from 'node:path';

/** A workflow tool, as its users begin with it on one machine. */
export interface Peer {
  name: string;
  /** From PyPI, pinned; null for Scanflow. */
  requirement: string | null;
  /** The same chain of steps, in the tool's own words: file -> text. */
  files: Record<string, string>;
  /** What its users run once before. */
  setup?: string[][];
  /** What they run. `PYTHON` stands for the interpreter of the environment. */
  command: string[];
  env?: Record<string, string>;
}

export const STEPS = 10;
const all = Array.from({ length: STEPS }, (_, at) => at + 1);

/** Copies what it is given, and leaves a mark that it ran; a step that is named in `failing` fails. Nothing in it knows any tool. */
export const STEP = `import os, shutil, sys
number, source, target = sys.argv[1:]
chain = os.environ["CHAIN"]
with open(os.path.join(chain, "ran"), "a") as ran:
    ran.write("x")
try:
    failing = open(os.path.join(chain, "failing")).read()
except FileNotFoundError:
    failing = ""
if failing == number:
    sys.exit("step " + number + " fails")
shutil.copyfile(source, target)
`;

export const scanflow: Peer = {
  name: 'Scanflow',
  requirement: null,
  files: {
    'chain.scanflow': `scanflow: 1
name: chain
sources: { in: in.txt }
executors:
  step:
    files: [step.py]
    command: [python3, step.py, $(number), $(inputs.data), $(outputs.data)]
    inputs: { data: file }
    outputs: { data: { type: file, path: out.txt } }
    env: { CHAIN: FOLDER }
nodes:
${all.map((step) => `  s${step}: { executor: step, with: { number: "${step}" } }`).join('\n')}
edges:
  - sources.in -> s1.data
${all
  .slice(1)
  .map((step) => `  - s${step - 1}.data -> s${step}.data`)
  .join('\n')}
`,
  },
  command: [process.execPath, path.resolve('dist/scanflow.js'), 'run', 'chain.scanflow', '--runtime', 'process'],
};

export const luigi: Peer = {
  name: 'Luigi',
  requirement: 'luigi==3.8.1',
  files: {
    'chain.py': `import subprocess, sys
import luigi

class Step(luigi.Task):
    number = luigi.IntParameter()

    def requires(self):
        return [Step(number=self.number - 1)] if self.number > 1 else []

    def output(self):
        return luigi.LocalTarget("out-%d.txt" % self.number)

    def run(self):
        source = self.input()[0].path if self.input() else "in.txt"
        subprocess.run([sys.executable, "step.py", str(self.number), source, self.output().path], check=True)
`,
  },
  command: ['PYTHON', '-m', 'luigi', '--module', 'chain', 'Step', '--number', String(STEPS), '--local-scheduler'],
};

export const airflow: Peer = {
  name: 'Airflow',
  requirement: 'apache-airflow==3.3.2',
  files: {
    'dags/chain.py': `import datetime, sys
from airflow import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG("chain", start_date=datetime.datetime(2026, 1, 1), schedule=None) as dag:
    before = None
    for number in range(1, ${STEPS + 1}):
        source = "FOLDER/in.txt" if number == 1 else "FOLDER/out-%d.txt" % (number - 1)
        step = BashOperator(
            task_id="s%d" % number,
            bash_command="%s FOLDER/step.py %d %s FOLDER/out-%d.txt" % (sys.executable, number, source, number),
        )
        if before:
            before >> step
        before = step
`,
  },
  env: { AIRFLOW__CORE__LOAD_EXAMPLES: 'False' },
  setup: [['PYTHON', '-m', 'airflow', 'db', 'migrate']],
  command: ['PYTHON', '-m', 'airflow', 'dags', 'test', 'chain'],
};

export const kubeflow: Peer = {
  name: 'Kubeflow Pipelines',
  requirement: 'kfp==2.17.3',
  files: {
    'chain.py': `import os, subprocess, sys
from kfp import dsl, local

local.init(runner=local.SubprocessRunner(use_venv=False))

@dsl.component
def step(number: int, source: str) -> str:
    import os, subprocess, sys
    chain = os.environ["CHAIN"]
    target = os.path.join(chain, "out-%d.txt" % number)
    subprocess.run([sys.executable, os.path.join(chain, "step.py"), str(number), source, target], check=True)
    return target

@dsl.pipeline
def chain(source: str):
    before = source
    for number in range(1, ${STEPS + 1}):
        before = step(number=number, source=before).output

chain(source=os.path.join(os.environ["CHAIN"], "in.txt"))
`,
  },
  command: ['PYTHON', 'chain.py'],
};
