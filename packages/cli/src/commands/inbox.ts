import { connect, type InboxEntry, type InboxMessage } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import type { Context } from '../context.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

interface Options {
  readonly to?: string
  readonly follow?: boolean
  readonly html?: boolean
  readonly raw?: boolean
  readonly json?: boolean
}

/** `terrace inbox [name] [id]` */
export const addInbox: AddCommand = (program, { context, signals }) => {
  program
    .command('inbox')
    .summary('show the mails that were sent')
    .description(
      'Lists the mails that a system has sent, the newest last, or shows one: none of them leaves this machine.',
    )
    .argument('[name]', 'the system; may be left away when only one is running')
    .argument('[id]', 'the mail to show, as the list counts them')
    .option('--to <address>', 'only those to this recipient')
    .option('--follow', 'go on with the mails to come, until Ctrl-C or the end of the system')
    .option('--html', 'show the HTML part of the mail')
    .option('--raw', 'show the mail as it was sent, with every header field')
    .option('--json', 'print one JSON document for each mail')
    .action(async (name: string | undefined, id: string | undefined, options: Options) => {
      refuseSenseless(id, options)
      const client = connect(requireSystem(name, context.cwd, 'inbox').stateFolder)
      if (id !== undefined) return show(await client.inboxMessage(id), options, context)
      const enough = new AbortController()
      const stopListening = signals(() => enough.abort())
      for await (const entry of client.inbox(options, enough.signal)) {
        context.say(options.json ? JSON.stringify(entry) : formatEntry(entry, context.colors))
      }
      stopListening()
    })
}

function show(message: InboxMessage, { json, raw, html }: Options, { say, colors }: Context): void {
  if (json) return say(JSON.stringify(message))
  if (raw) return say(visible(Buffer.from(message.raw, 'base64').toString('utf8').replaceAll('\r\n', '\n')))
  if (html) {
    if (message.html === undefined) throw noPart(message, 'HTML', 'leave --html away')
    return say(visible(message.html))
  }
  if (message.text === undefined && message.html !== undefined) throw noPart(message, 'text', 'add --html')
  const fields = [
    ['From', message.from],
    ['To', message.to.join(', ')],
    ['Date', new Date(message.at).toISOString()],
    ['Subject', message.subject],
    ...message.attachments.map(({ name, type, bytes }) => ['With', `${name} (${type}, ${bytes} bytes)`]),
  ]
  for (const [field = '', value = ''] of fields) say(`${colors.dim(`${field}:`.padEnd(8))} ${oneLine(value)}`)
  say('')
  say(visible(message.text ?? '').trimEnd())
}

/** `   12  2026-11-22T09:30:00.000Z  reader@example.org  Your order` */
function formatEntry({ id, at, to, subject }: InboxEntry, { dim, cyan }: Context['colors']): string {
  const [first = '', ...others] = to
  const recipients = others.length === 0 ? first : `${first} and ${others.length} more`
  return `${id.padStart(5)}  ${dim(new Date(at).toISOString())}  ${cyan(oneLine(recipients))}  ${oneLine(subject)}`
}

/** What somebody else wrote must not move the cursor, or set the colours, of who reads it. */
const visible = (text: string): string => text.replace(/(?![\n\t])\p{Cc}/gu, '\uFFFD')

const oneLine = (text: string): string => visible(text).replace(/[\n\t]+/g, ' ')

function refuseSenseless(id: string | undefined, { to, follow, html, raw }: Options): void {
  const withoutId = html ? '--html' : raw ? '--raw' : undefined
  const withId = to !== undefined ? '--to' : follow ? '--follow' : undefined
  if (id === undefined && withoutId !== undefined) {
    throw new TerraceError('CLI_INBOX_NO_ID', `${withoutId} shows one mail, and none is named`, {
      hint: `such as: terrace inbox shop 12 ${withoutId}; terrace inbox shop lists them`,
    })
  }
  if (id !== undefined && withId !== undefined) {
    throw new TerraceError('CLI_INBOX_ID', `${withId} is for the list, and the mail ${id} is named`, {
      hint: `leave the number or ${withId} away`,
    })
  }
}

const noPart = ({ id }: InboxMessage, part: string, hint: string) =>
  new TerraceError('INBOX_NO_SUCH_PART', `the mail ${id} has no ${part} part`, {
    hint: `${hint}, or see all with --raw`,
  })
