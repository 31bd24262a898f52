import { connect } from '@terrace/control'
import { describePermissions } from '../output/describe-permissions.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

/** `terrace permissions [name]` */
export const addPermissions: AddCommand = (program, session) => {
  const { context } = session
  program
    .command('permissions')
    .summary('compare what roles may do with what they did')
    .description(
      'Shows for each role what its policies allow and how often it was called since the start, what was never called, what was denied, and where a resource could be named instead of a wildcard. Ends with 1 when something was denied.',
    )
    .argument('[name]', 'the system; may be left away when only one is running')
    .option('--json', 'print one JSON document for each role')
    .action(async (name: string | undefined, { json }: { readonly json?: boolean }) => {
      const { stateFolder } = requireSystem(name, context.cwd, 'permissions')
      const roles = await connect(stateFolder).permissions()
      if (json) for (const role of roles) context.say(JSON.stringify(role))
      else context.say(describePermissions(roles, context.colors))
      if (roles.some(({ denied }) => denied.length > 0)) session.exitCode = 1
    })
}
