import { memberOf, readXml } from '../gateway/xml.ts'

/** What AWS answers instead of a success. */
export interface AwsFailure {
  readonly code: string
  readonly message: string
}

/**
 * Reads the error of any protocol: JSON with `__type` and `message`, XML with `<Code>` and `<Message>`.
 *
 * @param errorType  the header field `x-amzn-errortype`, where there is one
 */
export function readFailure(body: string, errorType = ''): AwsFailure {
  const text = body.trimStart()
  if (text.startsWith('{')) {
    const parsed: unknown = JSON.parse(text)
    const type = errorType || textAt(parsed, '__type')
    return { code: bare(type), message: textAt(parsed, 'message') || textAt(parsed, 'Message') }
  }
  if (!text.startsWith('<')) return { code: bare(errorType) || 'Unknown', message: text }
  const document = readXml(text)
  for (const path of [['Error'], ['ErrorResponse', 'Error'], ['Response', 'Errors', 'Error']]) {
    const found = path.reduce<unknown>(memberOf, document)
    if (found !== undefined) return { code: textAt(found, 'Code'), message: textAt(found, 'Message') }
  }
  return { code: 'Unknown', message: text }
}

const textAt = (value: unknown, name: string): string => {
  const found = memberOf(value, name)
  return typeof found === 'string' ? found : ''
}

// `com.amazonaws.ecr#AccessDenied:http://…`
const bare = (type: string): string => type.slice(type.lastIndexOf('#') + 1).split(':')[0] ?? ''
