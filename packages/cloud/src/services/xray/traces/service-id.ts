import type { Segment } from './trace.ts'

/** A service as summaries and graphs name it. */
export interface ServiceId {
  readonly Name: string
  readonly Names: readonly string[]
  readonly AccountId?: string
  /** Such as `AWS::EC2::Instance`; absent where nothing says it. */
  readonly Type?: string
}

/** Whose segment it is. */
export function serviceIdOf({ name, origin, aws }: Segment): ServiceId {
  const account = aws?.account_id
  return {
    Name: name,
    Names: [name],
    ...(account === undefined ? {} : { AccountId: account }),
    ...(origin === undefined ? {} : { Type: origin }),
  }
}

/** One text for each service. */
export const keyOf = ({ Name, Type = '', AccountId = '' }: ServiceId): string => JSON.stringify([Name, Type, AccountId])

/** Each service once, in the order in which they appear. */
export const uniqueServices = (services: readonly ServiceId[]): readonly ServiceId[] => [
  ...new Map(services.map(service => [keyOf(service), service])).values(),
]
