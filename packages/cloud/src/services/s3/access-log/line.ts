import type { Instant } from '@terrace/kit'

/** One request, as the access log tells it. */
export interface LogRecord {
  readonly owner: string
  readonly bucket: string
  readonly at: Instant
  readonly remoteAddress?: string | undefined
  /** ARN, or nothing for callers without a signature. */
  readonly requester?: string | undefined
  readonly requestId: string
  /** Such as `REST.GET.OBJECT`. */
  readonly operation: string
  readonly key?: string | undefined
  /** `GET /bucket/key HTTP/1.1` */
  readonly requestLine?: string | undefined
  readonly status?: number | undefined
  readonly errorCode?: string | undefined
  readonly bytesSent?: number | undefined
  readonly objectSize?: number | undefined
  /** Milliseconds from the first byte of the request to the last of the answer. */
  readonly totalTime?: number | undefined
  /** Milliseconds until the first byte of the answer. */
  readonly turnAround?: number | undefined
  readonly referer?: string | undefined
  readonly userAgent?: string | undefined
  readonly versionId?: string | undefined
  readonly hostId?: string | undefined
  readonly signatureVersion?: 'SigV4' | undefined
  readonly cipherSuite?: string | undefined
  readonly authentication?: 'AuthHeader' | 'QueryString' | undefined
  readonly host?: string | undefined
  readonly tlsVersion?: string | undefined
}

/** A line of a server access log, with its end. S3 User Guide "Amazon S3 server access log format". */
export function logLine(record: LogRecord): string {
  const fields = [
    record.owner,
    record.bucket,
    `[${logTime(record.at)}]`,
    record.remoteAddress,
    record.requester,
    record.requestId,
    record.operation,
    record.key === undefined ? undefined : twiceEncoded(record.key),
    quoted(record.requestLine),
    record.status,
    record.errorCode,
    record.bytesSent === 0 ? undefined : record.bytesSent,
    record.objectSize,
    rounded(record.totalTime),
    rounded(record.turnAround),
    quoted(record.referer),
    quoted(record.userAgent),
    record.versionId,
    record.hostId,
    record.signatureVersion,
    record.cipherSuite,
    record.authentication,
    record.host,
    record.tlsVersion,
    // No access point was used, and no ACL was needed.
    undefined,
    undefined,
  ]
  return `${fields.map(field => field ?? '-').join(' ')}\n`
}

const rounded = (time: number | undefined) => (time === undefined ? undefined : Math.max(Math.round(time), 0))

const quoted = (text: string | undefined) =>
  // A line must stay one line, and its quotes pairs.
  text === undefined ? '"-"' : `"${text.replace(/[\r\n"]/g, character => encodeURIComponent(character))}"`

/** Keys are encoded twice. S3 User Guide "Amazon S3 server access log format", Key. */
const twiceEncoded = (key: string) => encodeURIComponent(encodeURIComponent(key)).replaceAll('%252F', '/')

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `22/Nov/2026:09:30:00 +0000` */
function logTime(at: Instant): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const [year = '', month = '', day = ''] = date.split('-')
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}
