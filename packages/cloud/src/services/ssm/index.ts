import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { Agents } from './agent/agent.ts'
import { Commands } from './commands/commands.ts'
import { commandOperations } from './operations/commands.ts'
import { parameterOperations } from './operations/parameters.ts'
import { sessionOperations } from './operations/sessions.ts'
import { tagOperations } from './operations/tags.ts'
import { Encryption } from './parameters/encryption.ts'
import { parametersOf } from './parameters/port.ts'
import { makeMissing } from './parameters/referred.ts'
import { SecureParameters } from './parameters/secure.ts'
import { ParametersState } from './parameters/state.ts'
import { ChannelServer } from './sessions/channel/server.ts'
import { connectionsOf } from './sessions/connector.ts'
import { Sessions } from './sessions/sessions.ts'

/** Parameter Store, Run Command and Session Manager. */
export const ssm: Service = {
  name: 'ssm',
  emulates: ['parameter'],
  async start(world): Promise<RunningService> {
    const { architecture, ports } = world
    const authorizer = createAuthorizer(world)
    const state = new ParametersState(world)
    const parameters = new SecureParameters(state, new Encryption(ports))
    await makeMissing(parameters, world)
    ports.provide('parameters', parametersOf(parameters))
    const agents = new Agents(world, authorizer)
    const commands = new Commands(world, agents)
    const sessions = new Sessions(world, agents)
    const channels = new ChannelServer()
    ports.provide('connections', connectionsOf(world, agents, sessions))
    return {
      api: {
        signingName: 'ssm',
        protocol: { kind: 'json', version: '1.1', target: 'AmazonSSM' },
        operations: [
          ...parameterOperations(parameters),
          ...tagOperations(state),
          ...commandOperations(commands, architecture),
          ...sessionOperations(world, agents, sessions, channels),
        ],
      },
      updates: {
        parameter: {
          refuses: ({ before, after }) =>
            before && after && before.type !== after.type ? 'the type of a parameter cannot be changed' : undefined,
          apply: async ({ before, after }) => state.bringAgain([before, after].flatMap(node => node?.name ?? [])),
        },
      },
      async stop() {
        await commands.stop()
        sessions.stop()
        await channels.stop()
      },
    }
  },
}
