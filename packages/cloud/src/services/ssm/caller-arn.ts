import type { Principal } from '../../identity/principal.ts'

/** The ARN that Systems Manager writes down for a caller. */
export function callerArn(principal: Principal): string {
  switch (principal.kind) {
    case 'administrator':
      return principal.arn
    case 'role':
      return principal.sessionArn
    case 'service':
      return principal.sourceArn
    case 'anonymous':
      return ''
  }
}
