import type { Clock } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { Instance } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Agents } from '../agent/agent.ts'
import { LARGEST_PAGE } from '../limits.ts'
import type { ChannelServer } from '../sessions/channel/server.ts'
import { SHELL_DOCUMENT } from '../sessions/documents.ts'
import type { Session, Sessions } from '../sessions/sessions.ts'
import { startSession } from '../sessions/start.ts'
import { pageOf } from './page.ts'

const maxResults = z.int().min(1).max(LARGEST_PAGE).optional()
const token = z.string().optional()
const target = z.string().min(1).max(400)

/** The operations of Session Manager and of the managed instances. */
export function sessionOperations(
  world: World,
  agents: Agents,
  sessions: Sessions,
  channels: ChannelServer,
): readonly Operation[] {
  const { architecture, clock } = world
  const { region, account } = architecture
  const everything = (action: string) => ({ action: `ssm:${action}`, resource: '*' })
  const onInstance = (action: string, id: string) => ({
    action: `ssm:${action}`,
    resource: `arn:aws:ec2:${region}:${account}:instance/${id}`,
  })
  const isOnline = async (instance: Instance) =>
    (await agents.obstacle(instance, 'sessions')) === undefined ||
    (await agents.obstacle(instance, 'commands')) === undefined
  return [
    operation({
      name: 'StartSession',
      input: shape({
        Target: target,
        DocumentName: z.string().min(1).optional(),
        Parameters: z.record(z.string(), z.array(z.string())).optional(),
        Reason: z.string().min(1).max(256).optional(),
      }),
      authorize: ({ Target, DocumentName }) => [
        onInstance('StartSession', Target),
        ...(DocumentName === undefined
          ? []
          : [{ action: 'ssm:StartSession', resource: documentArn(DocumentName, architecture) }]),
      ],
      async run({ Target, DocumentName = SHELL_DOCUMENT, Parameters = {}, Reason }, { principal }) {
        const request = { target: Target, document: DocumentName, parameters: Parameters, reason: Reason, principal }
        const { id, url, token: value } = await startSession(world, sessions, channels, request)
        return { SessionId: id, StreamUrl: url, TokenValue: value }
      },
    }),
    operation({
      name: 'TerminateSession',
      input: shape({ SessionId: z.string().min(1).max(96) }),
      authorize: ({ SessionId }) => ({
        action: 'ssm:TerminateSession',
        resource: `arn:aws:ssm:${region}:${account}:session/${SessionId}`,
      }),
      run({ SessionId }) {
        sessions.end(SessionId, 'it was terminated')
        return { SessionId }
      },
    }),
    operation({
      name: 'DescribeSessions',
      input: shape({
        State: z.enum(['Active', 'History']),
        Filters: z
          .array(shape({ key: z.enum(['Target', 'Owner', 'SessionId', 'Status']), value: z.string().min(1).max(400) }))
          .optional(),
        MaxResults: maxResults,
        NextToken: token,
      }),
      authorize: () => everything('DescribeSessions'),
      run({ State, Filters = [], MaxResults = LARGEST_PAGE, NextToken }) {
        const found = sessions.all
          .filter(({ endedAt }) => (endedAt === undefined) === (State === 'Active'))
          .filter(session => Filters.every(({ key, value }) => describe(session)[key] === value))
        const { page, next } = pageOf(found, ({ id }) => id, MaxResults, NextToken)
        return { Sessions: page.map(describe), NextToken: next }
      },
    }),
    operation({
      name: 'GetConnectionStatus',
      input: shape({ Target: target }),
      authorize: ({ Target }) => onInstance('GetConnectionStatus', Target),
      async run({ Target }) {
        const instance = (await agents.instances()).find(({ id }) => id === Target)
        const connected = instance !== undefined && (await agents.obstacle(instance, 'sessions')) === undefined
        return { Target, Status: connected ? 'connected' : 'notconnected' }
      },
    }),
    operation({
      name: 'DescribeInstanceInformation',
      input: shape({
        Filters: z
          .array(
            shape({
              Key: z.union([
                z.enum(['InstanceIds', 'PingStatus', 'PlatformTypes', 'ResourceType']),
                z.string().startsWith('tag:'),
                z.literal('tag-key'),
              ]),
              Values: z.array(z.string()).min(1).max(100),
            }),
          )
          .optional(),
        MaxResults: z.int().min(5).max(LARGEST_PAGE).optional(),
        NextToken: token,
      }),
      authorize: () => everything('DescribeInstanceInformation'),
      async run({ Filters = [], MaxResults = LARGEST_PAGE, NextToken }) {
        const managed = await agents.managed()
        const known = await Promise.all(managed.map(async instance => ({ instance, online: await isOnline(instance) })))
        const found = known.filter(each => Filters.every(({ Key, Values }) => passes(each, Key, Values)))
        const { page, next } = pageOf(found, ({ instance }) => instance.id, MaxResults, NextToken)
        return { InstanceInformationList: page.map(each => information(each, clock)), NextToken: next }
      },
    }),
  ]
}

/** AWS's own documents belong to no account. */
function documentArn(name: string, { region, account }: Architecture): string {
  if (name.startsWith('arn:')) return name
  return `arn:aws:ssm:${region}:${name.startsWith('AWS-') ? '' : account}:document/${name}`
}

const describe = (session: Session) => ({
  SessionId: session.id,
  Target: session.target,
  Status: session.endedAt === undefined ? 'Connected' : 'Terminated',
  StartDate: timestamp(session.startedAt),
  ...(session.endedAt === undefined ? {} : { EndDate: timestamp(session.endedAt) }),
  DocumentName: session.document,
  Owner: session.owner,
  Reason: session.reason,
})

interface Managed {
  readonly instance: Instance
  readonly online: boolean
}

function passes({ instance, online }: Managed, key: string, values: readonly string[]): boolean {
  switch (key) {
    case 'InstanceIds':
      return values.includes(instance.id)
    case 'PingStatus':
      return values.includes(online ? 'Online' : 'ConnectionLost')
    case 'PlatformTypes':
      return values.includes('Linux')
    case 'ResourceType':
      return values.includes('EC2Instance')
    case 'tag-key':
      return values.some(name => instance.tags[name] !== undefined)
    default:
      return values.includes(instance.tags[key.slice('tag:'.length)] ?? '')
  }
}

const information = ({ instance, online }: Managed, clock: Clock) => ({
  InstanceId: instance.id,
  PingStatus: online ? 'Online' : 'ConnectionLost',
  LastPingDateTime: timestamp(clock.now()),
  AgentVersion: '3.3.40.0',
  IsLatestVersion: true,
  PlatformType: 'Linux',
  PlatformName: 'Amazon Linux',
  PlatformVersion: '2023',
  ResourceType: 'EC2Instance',
  IPAddress: instance.networkInterface.address,
  ComputerName: `ip-${instance.networkInterface.address.replaceAll('.', '-')}.ec2.internal`,
})
