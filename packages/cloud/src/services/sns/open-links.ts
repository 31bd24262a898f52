import { AwsError, CommonError } from '../../gateway/errors.ts'
import type { WireAnswer } from '../../gateway/protocols/codec.ts'
import { queryFailure } from '../../gateway/protocols/query.ts'
import type { GatewayRequest } from '../../gateway/request.ts'
import { writeXml } from '../../gateway/xml.ts'
import type { World } from '../../world.ts'
import { InvalidParameter } from './errors.ts'
import { NAMESPACE } from './namespace.ts'
import type { Publisher } from './publisher.ts'
import type { Signer } from './signing.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What an open link leads to. */
export interface OpenLinksParts {
  readonly world: Pick<World, 'journal'>
  readonly subscriptions: Subscriptions
  readonly publisher: Pick<Publisher, 'sayFarewell'>
  readonly signer: Signer
}

const CERTIFICATE = /^\/(SimpleNotificationService-[0-9a-f]+\.pem)$/

/**
 * Answers those who open a link: a subscription is confirmed by its token, or ended, and the certificate of signatures is
 * given out. A token is as good as a signature.
 */
export const openLinks =
  (parts: OpenLinksParts) =>
  async (request: GatewayRequest, requestId: string): Promise<WireAnswer | undefined> => {
    const file = CERTIFICATE.exec(request.path)?.[1]
    if (file !== undefined) return certificate(parts, file)
    const action = request.path === '/' ? request.query.get('Action') : null
    if (action !== 'ConfirmSubscription' && action !== 'Unsubscribe') return undefined
    try {
      const result = action === 'Unsubscribe' ? unsubscribe(parts, request) : confirm(parts, request)
      const content = { ...(result && { [`${action}Result`]: result }), ResponseMetadata: { RequestId: requestId } }
      return answer(200, 'text/xml', writeXml(`${action}Response`, content, 'member', NAMESPACE))
    } catch (error) {
      const known = error instanceof AwsError ? error : new CommonError('internal', 'The link could not be followed.')
      const { status, body } = queryFailure(known, requestId, NAMESPACE)
      return answer(status, 'text/xml', body)
    }
  }

const answer = (status: number, type: string, body: WireAnswer['body']): WireAnswer => ({
  status,
  headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
  body,
})

async function certificate({ signer }: OpenLinksParts, file: string): Promise<WireAnswer> {
  const body = await signer.certificate(file)
  if (body === undefined) return answer(404, 'text/plain', 'There is no such certificate.\n')
  return answer(200, 'application/x-pem-file', body)
}

function confirm({ subscriptions, world }: OpenLinksParts, request: GatewayRequest): object {
  const authenticateOnUnsubscribe = request.query.get('AuthenticateOnUnsubscribe') === 'true'
  const by = { isSigned: false, authenticateOnUnsubscribe }
  const { arn, kept } = subscriptions.confirm(parameter(request, 'TopicArn'), parameter(request, 'Token'), by)
  world.journal.write({
    kind: 'sns.confirmed',
    message: `${kept.endpoint} has confirmed its subscription to ${kept.topicArn}`,
    details: { subscription: arn },
  })
  return { SubscriptionArn: arn }
}

function unsubscribe({ subscriptions, publisher, world }: OpenLinksParts, request: GatewayRequest): undefined {
  const arn = parameter(request, 'SubscriptionArn')
  const ended = subscriptions.unsubscribe(arn, { isSigned: false })
  if (ended) publisher.sayFarewell(ended, { isSigned: false })
  world.journal.write({ kind: 'sns.unsubscribed', message: `${arn} was ended by its link`, details: { arn } })
}

function parameter({ query }: GatewayRequest, name: string): string {
  const value = query.get(name)
  if (value === null) throw new InvalidParameter(name)
  return value
}
