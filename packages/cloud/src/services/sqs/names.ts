import { InvalidParameterValue } from './errors.ts'
import { LONGEST_NAME } from './limits.ts'

/** The account's side of names: what ARNs and URLs of its queues begin with. */
export interface Home {
  readonly region: string
  readonly account: string
}

/** `arn:aws:sqs:us-east-1:123456789012:orders` */
export const arnOf = ({ region, account }: Home, name: string): string => `arn:aws:sqs:${region}:${account}:${name}`

/** `https://sqs.us-east-1.amazonaws.com/123456789012/orders`, here as on AWS: that name leads to the local cloud inside it. */
export const urlOf = ({ region, account }: Home, name: string): string =>
  `https://sqs.${region}.amazonaws.com/${account}/${name}`

/** The name in a queue's URL, whatever its host is; nothing when it is another account's, or no queue's. */
export function nameOfUrl({ account }: Home, url: string): string | undefined {
  const [owner, name] = url
    .replace(/[?#].*$/, '')
    .split('/')
    .slice(-2)
  return owner === account && name ? name : undefined
}

/** The name in an ARN; nothing when it is of another account, region or service. */
export function nameOfArn(home: Home, arn: string): string | undefined {
  const name = arn.slice(arn.lastIndexOf(':') + 1)
  return name !== '' && arn === arnOf(home, name) ? name : undefined
}

/** @throws InvalidParameterValue */
export function checkName(name: string, fifo: boolean): void {
  const valid = name.length <= LONGEST_NAME && /^[A-Za-z0-9_-]+$/.test(fifo ? name.replace(/\.fifo$/, '') : name)
  if (valid && fifo === name.endsWith('.fifo')) return
  throw new InvalidParameterValue(
    fifo || name.endsWith('.fifo')
      ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
      : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  )
}
