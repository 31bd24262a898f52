import { type Principal, sessionNameOf } from '../../../identity/principal.ts'
import { uniqueId } from '../../../identity/unique-id.ts'
import type { ServiceCall } from '../call.ts'
import type { Requester } from './change.ts'

/** Who made a call, as events tell it. */
export function requesterOf({ exchange, account }: ServiceCall): Requester {
  const { context, principal, requestId } = exchange
  const address = context?.['aws:SourceIp'] ?? context?.['aws:VpcSourceIp'] ?? '127.0.0.1'
  return {
    requestId,
    principalId: principalIdOf(principal),
    requester: principal.kind === 'service' ? principal.service : account,
    sourceAddress: typeof address === 'string' ? address : (address[0] ?? ''),
  }
}

/** A service of AWS that changes something by itself. */
export const serviceRequester = (service: string, requestId: string): Requester => ({
  requestId,
  principalId: `AWS:${service}`,
  requester: service,
  sourceAddress: service,
})

function principalIdOf(principal: Principal): string {
  switch (principal.kind) {
    case 'administrator':
      return `AWS:${uniqueId('AIDA', principal.arn)}`
    case 'role':
      return `AWS:${uniqueId('AROA', principal.arn)}:${sessionNameOf(principal)}`
    case 'service':
      return `AWS:${principal.service}`
    case 'anonymous':
      return 'Anonymous'
  }
}
