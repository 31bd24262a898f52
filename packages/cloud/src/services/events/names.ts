import type { Architecture } from '@terrace/model'

/** The account and region that ARNs are made of. */
export type Home = Pick<Architecture, 'region' | 'account'>

/** The bus that every account has. */
export const DEFAULT_BUS = 'default'

export const busArn = ({ region, account }: Home, name: string): string =>
  `arn:aws:events:${region}:${account}:event-bus/${name}`

/** Rules of the default bus have no bus in their ARN. */
export const ruleArn = ({ region, account }: Home, bus: string, name: string): string =>
  `arn:aws:events:${region}:${account}:rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${name}`

/** The name of a bus in a name or an ARN of this account and region; an ARN of another one is a name that no bus has. */
export function busName(home: Home, nameOrArn: string): string {
  const prefix = busArn(home, '')
  return nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : nameOrArn
}

/** `sqs` of `arn:aws:sqs:…`. */
export const serviceOf = (arn: string): string => arn.split(':')[2] ?? ''
