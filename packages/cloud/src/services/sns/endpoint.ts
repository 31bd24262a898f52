import { NotEmulated } from '../../gateway/errors.ts'
import { InvalidParameter } from './errors.ts'
import type { Home } from './names.ts'

/** How notifications reach a subscriber. */
export type Protocol = 'email' | 'email-json' | 'http' | 'https' | 'lambda' | 'sqs'

const PROTOCOLS: readonly Protocol[] = ['email', 'email-json', 'http', 'https', 'lambda', 'sqs']

const NOT_HERE: Readonly<Record<string, string>> = {
  application: 'there are no mobile devices here',
  firehose: 'there is no Firehose here',
  sms: 'there are no telephones here',
}

/**
 * A protocol that SNS knows and that is carried out here.
 * @throws InvalidParameter, NotEmulated
 */
export function protocolOf(text: string): Protocol {
  const known = PROTOCOLS.find(protocol => protocol === text)
  if (known) return known
  const because = Object.hasOwn(NOT_HERE, text) ? NOT_HERE[text] : undefined
  if (because !== undefined) throw new NotEmulated(`the protocol ${text} of SNS`, because)
  throw new InvalidParameter(`Amazon SNS does not support this protocol string: ${text}`)
}

/** Whether somebody has to say that they want it. */
export const needsConfirmation = (protocol: string): boolean => protocol !== 'sqs' && protocol !== 'lambda'

/**
 * What a protocol and the kind of a topic take as an endpoint. Whether it exists shows with the first message, as on AWS.
 *
 * @throws InvalidParameter, NotEmulated for endpoints outside of this machine and this account
 */
export function checkEndpoint(home: Home, protocol: Protocol, endpoint: string, isFifo: boolean): void {
  if (isFifo && protocol !== 'sqs') {
    throw new InvalidParameter('Invalid parameter: Endpoint Reason: Please use FIFO SQS queue')
  }
  switch (protocol) {
    case 'sqs':
      return checkQueue(home, endpoint, isFifo)
    case 'lambda':
      return checkFunction(home, endpoint)
    case 'http':
    case 'https':
      return checkUrl(protocol, endpoint)
    case 'email':
    case 'email-json':
      if (!/^[^@\s]{1,64}@[^@\s]{1,255}$/.test(endpoint)) throw new InvalidParameter('Email address')
  }
}

function checkQueue({ region, account }: Home, arn: string, isFifo: boolean): void {
  const [, , service, itsRegion, itsAccount, name] = arn.split(':')
  if (service !== 'sqs' || !name) throw new InvalidParameter('SQS endpoint ARN')
  if (itsRegion !== region || itsAccount !== account) throw notOurs(arn)
  if (name.endsWith('.fifo') && !isFifo) {
    throw new InvalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    )
  }
}

function checkFunction({ region, account }: Home, arn: string): void {
  const [, , service, itsRegion, itsAccount, kind, name] = arn.split(':')
  if (service !== 'lambda' || kind !== 'function' || !name) throw new InvalidParameter('Lambda endpoint ARN')
  if (itsRegion !== region || itsAccount !== account) throw notOurs(arn)
}

const notOurs = (arn: string) => new NotEmulated(`the endpoint ${arn}`, 'there is one account and one region here')

function checkUrl(protocol: Protocol, endpoint: string): void {
  const url = URL.parse(endpoint)
  if (url?.protocol !== `${protocol}:`) throw new InvalidParameter('Endpoint must match the specified protocol')
  if (!isOnThisMachine(url.hostname)) {
    throw new NotEmulated(`the endpoint ${endpoint}`, 'nothing is sent from here to another machine')
  }
}

/** Names and addresses that lead nowhere else. */
export const isOnThisMachine = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
