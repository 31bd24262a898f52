import { type ControlClient, connect } from '@terrace/control'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

/** `terrace zone stop|start <zone> [name]` */
export const addZone: AddCommand = (program, { context }) => {
  const zone = program
    .command('zone')
    .summary('stop an availability zone, and start it again')
    .description('An availability zone as a unit of failure: machines, network, balancer nodes and databases together.')
  const add = (
    verb: 'stop' | 'start',
    description: string,
    act: (client: ControlClient, zone: string) => Promise<void>,
  ) =>
    zone
      .command(verb)
      .description(description)
      .argument('<zone>', 'such as us-east-1a')
      .argument('[name]', 'the system; may be left away when only one is running')
      .action(async (where: string, name: string | undefined) => {
        const system = requireSystem(name, context.cwd, `zone ${verb} ${where}`)
        await act(connect(system.stateFolder), where)
        context.say(`${where} of ${system.name} is ${verb === 'stop' ? 'stopped' : 'running'}`)
      })
  add(
    'stop',
    'Silences a zone: connections hang, nothing can be launched there, its database fails over.',
    (client, where) => client.stopZone(where),
  )
  add('start', 'Ends what was halted in the zone, and lets it take launches again.', (client, where) =>
    client.startZone(where),
  )
}
