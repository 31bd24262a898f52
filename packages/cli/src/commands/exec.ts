import { connect } from '@terrace/control'
import { chooseInstance } from '../connect/choose-target.ts'
import { connectPlace } from '../connect/place.ts'
import { inherit } from '../connect/run-child.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

/** `terrace exec <system> --from <instance or tier> -- <command>` */
export const addExec: AddCommand = (program, session) => {
  const { context, signals } = session
  program
    .command('exec')
    .summary('run a command with the network position and the credentials of a workload')
    .description(
      'Runs a command of this machine where an instance or a task is: names, routes, network ACLs, security groups and the role are those of the workload. What may be reached from there answers, anything else is silent. Node programs and those that heed HTTP_PROXY, HTTPS_PROXY and ALL_PROXY are held to it; others are in the network of this machine.',
    )
    .argument('<name>', 'the system')
    .argument('<command...>', 'after --: the command and its words')
    .requiredOption('--from <instance or tier>', 'an instance, a task (the beginning of its id is enough), or a tier')
    .addHelpText(
      'after',
      `
Examples:
  terrace exec quiz --from Site -- curl -sS --max-time 5 http://<balancer>:8000/healthcheck
  terrace exec shop --from App -- aws sts get-caller-identity`,
    )
    .action(async (name: string, command: string[], { from }: { readonly from: string }) => {
      const client = connect(requireSystem(name, context.cwd, 'exec').stateFolder)
      const instance = chooseInstance(await client.status(), name, from)
      const io = { context, signals, run: inherit, terminal: process.stdin.isTTY === true }
      session.exitCode = await connectPlace(client, { instance, direct: true }, command, io)
    })
}
