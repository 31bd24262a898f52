import type { IncomingMessage, ServerResponse } from 'node:http'
import { errnoOf, seconds, TerraceError } from '@terrace/kit'
import { AwsError, CommonError, NotEmulated } from '../../gateway/errors.ts'
import { type Front, openFront } from '../../gateway/front.ts'
import { queryFailure } from '../../gateway/protocols/query.ts'
import { type GatewayRequest, readRequest } from '../../gateway/request.ts'
import { isOwnHost } from '../../gateway/routing.ts'
import { writeXml } from '../../gateway/xml.ts'
import type { World } from '../../world.ts'
import { InvalidParameter } from './errors.ts'
import { NAMESPACE } from './namespace.ts'
import type { Signer } from './signing.ts'
import type { Store } from './store.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What an open link leads to. */
export interface DoorParts {
  readonly world: Pick<World, 'journal' | 'random' | 'realtime'>
  readonly store: Store
  readonly subscriptions: Subscriptions
  readonly signer: Signer
}

/** Where links of mails and notifications lead: a port of its own, for nobody else has to sign there. */
export interface Door {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  stop(): Promise<void>
}

const GRACE = seconds(2)

/**
 * Answers those who open a link: a subscription is confirmed by its token, or ended, and the certificate of signatures is
 * given out. A token is as good as a signature; nothing else is answered.
 *
 * differs: on AWS the same address takes all calls; here a web browser may come to this port alone.
 */
export async function openDoor(parts: DoorParts): Promise<Door> {
  const { store, world } = parts
  const front = await openAgain(store.port, port =>
    openFront({
      place: { kind: 'tcp', port },
      clock: world.realtime,
      onRequest: (message, response) => void answer(parts, message, response),
    }),
  )
  store.setPort(front.port)
  return { url: `http://127.0.0.1:${front.port}`, stop: () => front.stop(GRACE) }
}

/** At the port of the last run, so that earlier links lead somewhere; at any other one when somebody else has it. */
async function openAgain(port: number | undefined, open: (port: number) => Promise<Front>): Promise<Front> {
  if (port === undefined) return open(0)
  try {
    return await open(port)
  } catch (error) {
    if (error instanceof TerraceError && errnoOf(error.cause) === 'EADDRINUSE') return open(0)
    throw error
  }
}

async function answer(parts: DoorParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  message.resume()
  const requestId = parts.world.random.uuid()
  const reply = await replyTo(parts, message, requestId).catch(error => refusal(error, requestId))
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    'x-content-type-options': 'nosniff',
  })
  response.end(message.method === 'HEAD' ? undefined : reply.body)
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

async function replyTo(parts: DoorParts, message: IncomingMessage, requestId: string): Promise<Reply> {
  const request = readRequest(message)
  // A name of somebody else that leads here is a trick of a web page.
  if (!isOwnHost(request.host)) throw new CommonError('accessDenied', `Host ${request.host} is not this address.`)
  if (message.method !== 'GET') throw new NotEmulated(`the method ${message.method} at a link of SNS`)
  if (request.path !== '/') {
    const body = await parts.signer.certificate(request.path.slice(1))
    if (body === undefined) return { status: 404, type: 'text/plain', body: 'There is no such certificate.\n' }
    return { status: 200, type: 'application/x-pem-file', body }
  }
  const action = request.query.get('Action') ?? ''
  const result = perform(parts, action, request)
  const content = { ...(result && { [`${action}Result`]: result }), ResponseMetadata: { RequestId: requestId } }
  return { status: 200, type: 'text/xml', body: writeXml(`${action}Response`, content, 'member', NAMESPACE) }
}

function perform({ subscriptions, world }: DoorParts, action: string, { query }: GatewayRequest): object | undefined {
  const parameter = (name: string): string => {
    const value = query.get(name)
    if (value === null) throw new InvalidParameter(name)
    return value
  }
  if (action === 'ConfirmSubscription') {
    const authenticateOnUnsubscribe = query.get('AuthenticateOnUnsubscribe') === 'true'
    const by = { isSigned: false, authenticateOnUnsubscribe }
    const { arn, kept } = subscriptions.confirm(parameter('TopicArn'), parameter('Token'), by)
    world.journal.write({
      kind: 'sns.confirmed',
      message: `${kept.endpoint} has confirmed its subscription to ${kept.topicArn}`,
      details: { subscription: arn },
    })
    return { SubscriptionArn: arn }
  }
  if (action === 'Unsubscribe') {
    const arn = parameter('SubscriptionArn')
    subscriptions.unsubscribe(arn, { isSigned: false })
    world.journal.write({ kind: 'sns.unsubscribed', message: `${arn} was ended by its link`, details: { arn } })
    return undefined
  }
  throw new NotEmulated(`the action ${action.slice(0, 200) || '(none)'} at a link of SNS`)
}

function refusal(error: unknown, requestId: string): Reply {
  if (error instanceof URIError) return { status: 400, type: 'text/plain', body: 'The address cannot be read.\n' }
  const known = error instanceof AwsError ? error : new CommonError('internal', 'The link could not be followed.')
  const { status, body } = queryFailure(known, requestId, NAMESPACE)
  return { status, type: 'text/xml', body: String(body) }
}
