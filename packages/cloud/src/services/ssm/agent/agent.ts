import { findNode, nodesOf } from '@terrace/model'
import type { Authorizer } from '../../../identity/authorizer.ts'
import type { Instance, Network } from '../../../ports.ts'
import type { World } from '../../../world.ts'

/** What an agent is needed for. */
export type AgentTask = 'sessions' | 'commands'

/** Calls that the agent makes to one endpoint, with the role of its instance. */
interface Channel {
  readonly service: string
  readonly actions: readonly string[]
}

const REGISTRATION: Channel = { service: 'ssm', actions: ['ssm:UpdateInstanceInformation'] }
const MESSAGES: Channel = {
  service: 'ssmmessages',
  actions: ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
    action => `ssmmessages:${action}`,
  ),
}
const OLD_MESSAGES: Channel = {
  service: 'ec2messages',
  actions: ['AcknowledgeMessage', 'GetMessages', 'SendReply'].map(action => `ec2messages:${action}`),
}

/**
 * The agents of Systems Manager, one on each instance. An agent is connected when the role of its instance allows its calls
 * and the network of the instance leads to the endpoints: `ssm` for everything, `ssmmessages` for sessions, and one of
 * `ssmmessages` and `ec2messages` for commands.
 *
 * differs: an agent that couldn't connect is connected as soon as it could; on AWS it tries again for up to half an hour
 * @see Systems Manager User Guide "Setting up managed nodes", "Improve security by using VPC endpoints" (ec2messages since
 *   agent 3.3.40.0), "Troubleshooting managed node availability"
 */
export class Agents {
  readonly #world: World
  readonly #authorizer: Authorizer

  constructor(world: World, authorizer: Authorizer) {
    this.#world = world
    this.#authorizer = authorizer
  }

  /** Every instance that has not been terminated. */
  async instances(): Promise<readonly Instance[]> {
    return (await this.#world.ports.need('instances')).list()
  }

  /** Those that have registered with Systems Manager, now connected or not. */
  async managed(): Promise<readonly Instance[]> {
    const network = await this.#world.ports.need('network')
    return (await this.instances()).filter(
      instance => this.#isOff(instance) || this.#obstacle(network, instance, REGISTRATION) === undefined,
    )
  }

  /** Why the agent of an instance can't do that; nothing when it can. */
  async obstacle(instance: Instance, task: AgentTask): Promise<string | undefined> {
    const network = await this.#world.ports.need('network')
    const off = this.#isOff(instance)
    if (off !== undefined) return off
    const registration = this.#obstacle(network, instance, REGISTRATION)
    if (registration !== undefined) return registration
    const messages = this.#obstacle(network, instance, MESSAGES)
    if (messages === undefined || task === 'sessions') return messages
    return this.#obstacle(network, instance, OLD_MESSAGES) === undefined ? undefined : messages
  }

  #isOff(instance: Instance): string | undefined {
    if (instance.state !== 'running') return `${instance.id} is ${instance.state}`
    if (!this.#world.zones.isUp(instance.zone)) return `${instance.zone} has stopped`
    return instance.host ? undefined : `${instance.id} is still booting`
  }

  #obstacle(network: Network, instance: Instance, { service, actions }: Channel): string | undefined {
    const { host, networkInterface } = instance
    if (!host) return `${instance.id} is still booting`
    const { principal } = host.description
    if (principal.kind === 'anonymous') return 'it has no role that EC2 may assume'
    const { architecture } = this.#world
    const name = `${service}.${architecture.region}.amazonaws.com`
    const way = network.wayToAws(networkInterface, name)
    if (!way.reaches) return `it does not reach ${name}: ${way.because}`
    const endpoint = way.endpoint === undefined ? undefined : findNode(architecture, way.endpoint, 'vpcEndpoint')
    const caller = {
      principal,
      ...(endpoint ? { endpoint: { id: endpoint.physicalId, policy: endpoint.policy } } : {}),
    }
    const resource = `arn:aws:ec2:${architecture.region}:${architecture.account}:instance/${instance.id}`
    const denied = actions.find(action => {
      const on = action.startsWith('ssm:') ? resource : '*'
      return this.#authorizer.decide(caller, { action, resource: on }).kind !== 'allowed'
    })
    if (denied === undefined) return undefined
    const role = nodesOf(architecture, 'role').find(each => principal.kind === 'role' && each.id === principal.role)
    return `${role ? `its role ${role.name}` : 'its role'} may not ${denied}`
  }
}
