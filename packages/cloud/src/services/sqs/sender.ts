import { type Principal, sessionNameOf } from '../../identity/principal.ts'
import { uniqueId } from '../../identity/unique-id.ts'

/** `SenderId`: the unique id of who sent a message, with the session's name for a role. "ReceiveMessage" */
export function senderIdOf(principal: Principal): string {
  switch (principal.kind) {
    case 'administrator':
      return uniqueId('AIDA', principal.arn)
    case 'role':
      return `${uniqueId('AROA', principal.arn)}:${sessionNameOf(principal)}`
    case 'service':
      return uniqueId('AIDA', principal.service)
    case 'anonymous':
      return 'anonymous'
  }
}
