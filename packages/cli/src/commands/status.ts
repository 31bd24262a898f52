import { connect } from '@terrace/control'
import { describeStatus } from '../output/describe-status.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

/** `terrace status [name]` */
export const addStatus: AddCommand = (program, { context }) => {
  program
    .command('status')
    .summary('show what runs')
    .description('Shows the instances of each tier and zone, the database and its role, and the URLs.')
    .argument('[name]', 'the system; may be left away when only one is running')
    .option('--json', 'print the status as one JSON document')
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const { stateFolder } = requireSystem(name, context.cwd, 'status')
      const status = await connect(stateFolder).status()
      context.say(json ? JSON.stringify(status) : describeStatus(status, context.colors))
    })
}
