import { Option } from 'commander'
import { CliErrors } from '../errors.ts'
import { resolveTarget } from '../target/target.ts'
import { findRunning } from '../up/clear-the-way.ts'
import { detach } from '../up/detach.ts'
import { runSystem } from '../up/run-system.ts'
import { updateRunning } from '../up/update-running.ts'
import type { AddCommand } from './command.ts'
import { addPair, type Pairs, readPort, readTimeScale } from './options.ts'

interface Options {
  readonly param: Pairs
  readonly context: Pairs
  readonly embedded?: boolean
  readonly port?: number
  readonly timeScale?: number
  readonly pace: 'fast' | 'aws'
  readonly standIns?: boolean
  readonly detach?: boolean
  readonly plan?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `terrace up <target>` */
export const addUp: AddCommand = (program, session) => {
  program
    .command('up')
    .summary('start a system on this machine, or update it while it runs')
    .description(
      `Synthesizes the target when something in it has changed, starts everything in the order of its dependencies and
prints the URLs. Ctrl-C drains and stops it; a second Ctrl-C stops it at once.
A system that runs already is updated in place: what has changed is shown, then made, and taken back when it fails (exit
code 1). What cannot be changed while it runs refuses the whole update before anything happens.`,
    )
    .argument('<target>', "a system's name, a CDK app directory, a cloud assembly or a template file")
    .option('--param <K=V>', 'value of a template parameter (repeatable)', addPair('--param'), {})
    .option('--context <K=V>', 'CDK context value (repeatable)', addPair('--context'), {})
    .option('--embedded', 'use the embedded database even if a real one is installed')
    .option('--port <N>', 'N stands for 443, N+1 for 80, N+2 is the AWS gateway (default: from 4430 on)', readPort)
    .option('--time-scale <N>', 'run the control loops (scaling, alarms, schedules) N times as fast', readTimeScale)
    .addOption(
      new Option('--pace <pace>', 'how long a database failover takes: as short as it can, or as RDS documents')
        .choices(['fast', 'aws'])
        .default('fast'),
    )
    .option('--stand-ins', 'put a labelled placeholder in the place of programs that cannot run here')
    .option('--plan', 'of a system that runs: show what an update would change, and change nothing')
    .addOption(new Option('--dry-run', 'the same as --plan').hideHelp())
    .option('--detach', 'return when it is ready, and let it run on')
    .option('--json', 'print one line of JSON on standard output when every target is healthy, and nothing else')
    .action(async (words: string, options: Options) => {
      const { context, signals } = session
      const target = resolveTarget(words, context.cwd)
      const up = {
        parameters: options.param,
        context: options.context,
        embedded: options.embedded ?? false,
        port: options.port,
        timeScale: options.timeScale ?? 1,
        pace: options.pace,
        standIns: options.standIns ?? false,
        json: options.json ?? false,
      }
      const running = await findRunning(target)
      const plan = options.plan || options.dryRun || false
      if (running) {
        session.exitCode = await updateRunning(target, running, { ...up, plan }, context)
        return
      }
      if (plan) throw CliErrors.nothingToCompare(target.name)
      session.exitCode = options.detach
        ? await detach(words, target, up, context, signals)
        : await runSystem(target, up, context, signals)
    })
}
