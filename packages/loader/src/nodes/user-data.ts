import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

/**
 * The user data as text. CloudFormation takes it in base 64; a text that isn't is kept as it is and listed, since the
 * launch would fail on AWS.
 */
export function userDataOf(context: BuildContext, reader: PropertyReader): string {
  const key = 'UserData'
  const encoded = reader.text(key)
  if (encoded === undefined) return ''
  const line = reader.placeOf(key).line
  const text = decoded(encoded)
  if (text === undefined) {
    context.gap('value', reader.pathOf(key), line, 'the user data is not in base 64; AWS refuses it, use Fn::Base64')
  }
  const userData = text ?? encoded
  if (userData.includes('{{resolve:')) {
    const message = 'CloudFormation resolves no {{resolve:…}} in user data; the machine sees the text as it is written'
    context.gap('value', reader.pathOf(key), line, message)
  }
  return userData
}

function decoded(encoded: string): string | undefined {
  if (!BASE64.test(encoded)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'))
  } catch {
    // Plain words such as "echo" are base 64 too, of bytes that are no text.
    return undefined
  }
}
