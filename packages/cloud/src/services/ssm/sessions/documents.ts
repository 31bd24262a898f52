import { NotEmulated } from '../../../gateway/errors.ts'
import { InvalidDocument, InvalidParameters } from '../errors.ts'
import type { SessionType } from './channel/data-channel.ts'

/** What a session document asks for. */
export type SessionWork =
  | { readonly kind: 'shell'; readonly type: SessionType }
  | { readonly kind: 'command'; readonly command: string; readonly terminal: boolean; readonly type: SessionType }
  | { readonly kind: 'port'; readonly host: string; readonly port: number; readonly type: SessionType }

type Parameters = Readonly<Record<string, readonly string[]>>

export const SHELL_DOCUMENT = 'SSM-SessionManagerRunShell'

/**
 * Reads the document and the parameters of StartSession.
 *
 * @throws InvalidDocument, InvalidParameters, NotEmulated
 * @see Systems Manager User Guide "Start a session", "Session document schema"
 */
export function sessionWork(document: string, parameters: Parameters): SessionWork {
  switch (document) {
    case SHELL_DOCUMENT:
      refuseOthers(document, parameters, [])
      return { kind: 'shell', type: { name: 'Standard_Stream', properties: {} } }
    case 'AWS-StartInteractiveCommand':
    case 'AWS-StartNonInteractiveCommand': {
      refuseOthers(document, parameters, ['command'])
      const terminal = document === 'AWS-StartInteractiveCommand'
      const name = terminal ? 'InteractiveCommands' : 'NonInteractiveCommands'
      return { kind: 'command', command: required(parameters, 'command'), terminal, type: { name, properties: {} } }
    }
    case 'AWS-StartPortForwardingSession':
    case 'AWS-StartPortForwardingSessionToRemoteHost': {
      const remote = document.endsWith('ToRemoteHost')
      refuseOthers(document, parameters, ['portNumber', 'localPortNumber', ...(remote ? ['host'] : [])])
      const portNumber = remote ? required(parameters, 'portNumber') : (parameters.portNumber?.[0] ?? '80')
      const localPortNumber = parameters.localPortNumber?.[0] ?? '0'
      const port = Number(portNumber)
      if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw new InvalidParameters(`portNumber takes 1 to 65535, got ${portNumber}.`)
      }
      const properties = { type: 'LocalPortForwarding', portNumber, localPortNumber }
      const host = remote ? required(parameters, 'host') : 'localhost'
      return { kind: 'port', host, port, type: { name: 'Port', properties } }
    }
    default:
      if (/^(AWS|SSM)-/.test(document)) throw new NotEmulated(`the document ${document} of StartSession`)
      throw new InvalidDocument(document)
  }
}

function required(parameters: Parameters, name: string): string {
  const value = parameters[name]?.[0]
  if (value === undefined || value === '') throw new InvalidParameters(`Parameter "${name}" requires a value.`)
  return value
}

function refuseOthers(document: string, parameters: Parameters, known: readonly string[]): void {
  const other = Object.keys(parameters).find(name => !known.includes(name))
  if (other !== undefined) throw new InvalidParameters(`${document} has no parameter ${other}.`)
}
