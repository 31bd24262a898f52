import { connect, type LogKind } from '@terrace/control'
import { Option } from 'commander'
import { formatLogLine } from '../output/format-log-line.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

interface Options {
  readonly follow?: boolean
  readonly resource?: string
  readonly kind?: LogKind
}

/** `terrace logs [name]` */
export const addLogs: AddCommand = (program, { context, signals }) => {
  program
    .command('logs')
    .summary('show what applications, balancers and the cloud wrote')
    .description('Shows the newest lines: of the applications, of the balancers (access) and of the control plane.')
    .argument('[name]', 'the system; may be left away when only one is running')
    .option('--follow', 'go on with the lines to come, until Ctrl-C or the end of the system')
    .option('--resource <ID>', 'only this instance, balancer or database; the beginning of its id is enough')
    .addOption(new Option('--kind <kind>', 'only this kind').choices(['application', 'access', 'control']))
    .action(async (name: string | undefined, options: Options) => {
      const { stateFolder } = requireSystem(name, context.cwd, 'logs')
      const enough = new AbortController()
      const stopListening = signals(() => enough.abort())
      for await (const line of connect(stateFolder).logs(options, enough.signal)) {
        context.say(formatLogLine(line, context.colors))
      }
      stopListening()
    })
}
