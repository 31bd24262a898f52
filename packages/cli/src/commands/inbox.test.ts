import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type InboxEntry, type InboxMessage, type Status, startControlServer, writeRecord } from '@terrace/control'
import { EventBus, systemClock, TerraceError } from '@terrace/kit'
import { Command } from 'commander'
import picocolors from 'picocolors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, type TestProject } from '../testing/project.ts'
import { handlersFor, type Observed } from '../up/handlers.ts'
import { addInbox } from './inbox.ts'

const AT = Date.UTC(2026, 10, 22, 9, 30)
const entry = (id: string, subject: string, ...to: readonly string[]): InboxEntry => ({
  id,
  at: AT,
  messageId: `0100-${id}`,
  from: 'Shop <orders@example.com>',
  to,
  subject,
  bytes: 100,
})
const MAILS = [
  entry('1', 'Welcome', 'ann@example.org'),
  entry('2', 'Order\u001b[2J 17', 'ben@example.org', 'ann@example.org'),
]
const message = (id: string, parts: Partial<InboxMessage>): InboxMessage => ({
  ...(MAILS.find(mail => mail.id === id) ?? MAILS[0] ?? entry(id, '')),
  headers: [],
  attachments: [],
  raw: Buffer.from('Subject: Order\r\n\r\nThank you.').toString('base64'),
  ...parts,
})

const notAsked = (): never => {
  throw new Error('terrace inbox has no business with it')
}
const whileStarting: Status = {
  name: 'shop',
  ready: false,
  embedded: false,
  urls: {},
  pid: 1,
  stateFolder: '/state',
  zones: [],
  tiers: [],
  notEmulated: [],
}

let project: TestProject
let end: () => Promise<void>
let arrivals: EventBus<InboxEntry & { kind: 'arrived' }>
let parts: Partial<InboxMessage>

beforeEach(async () => {
  project = makeProject()
  arrivals = new EventBus()
  parts = { text: 'Thank you.\u001b[31m\n', html: '<p>Thank you.</p>' }
  const cloud: Observed = {
    status: notAsked,
    logs: { recent: notAsked, subscribe: notAsked },
    journal: { since: notAsked, subscribe: notAsked },
    zones: { stop: notAsked, start: notAsked },
    connections: { session: notAsked, databaseSession: notAsked },
    permissions: notAsked,
    traces: notAsked,
    finalSnapshots: notAsked,
    inbox: async () => ({
      list: () => MAILS,
      subscribe: (listener: (mail: InboxEntry) => void) => arrivals.subscribe(listener),
      async read(id: string) {
        if (id !== '1' && id !== '2') throw new TerraceError('INBOX_NO_SUCH_MESSAGE', `there is no message "${id}"`)
        return message(id, parts)
      },
    }),
  }
  const started = Promise.resolve(cloud)
  const handlers = handlersFor({ whileStarting, cloud: () => cloud, started, update: notAsked, stop: notAsked })
  const token = 'a'.repeat(40)
  const server = await startControlServer(handlers, { token, port: 0 })
  end = () => server.stop()
  const stateFolder = join(project.root, '.terrace', 'shop')
  mkdirSync(stateFolder, { recursive: true })
  writeRecord(stateFolder, { port: server.port, token, pid: process.pid, startedAt: 1 })
})
afterEach(async () => {
  await end()
  project.remove()
})

/** Types `terrace inbox …`; `onLine` sees each line as it comes, with what Ctrl-C would do. */
async function inbox(words: readonly string[], onLine: (line: string, interrupt: () => void) => void = () => {}) {
  const out: string[] = []
  let interrupt = () => {}
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} })
  addInbox(program, {
    exitCode: 0,
    signals(listener) {
      interrupt = listener
      return () => {}
    },
    context: {
      cwd: project.root,
      environment: {},
      clock: systemClock,
      colors: picocolors.createColors(false),
      say(line) {
        out.push(line)
        onLine(line, () => interrupt())
      },
      note: () => {},
    },
  })
  await program.parseAsync(['inbox', ...words], { from: 'user' })
  return out
}

describe('terrace inbox', () => {
  it('lists the mails, the newest last, and nothing in them moves the cursor', async () => {
    expect(await inbox(['shop'])).toEqual([
      '    1  2026-11-22T09:30:00.000Z  ann@example.org  Welcome',
      '    2  2026-11-22T09:30:00.000Z  ben@example.org and 1 more  Order\uFFFD[2J 17',
    ])
  })

  it('finds the only system that runs', async () => {
    expect(await inbox([])).toHaveLength(2)
  })

  it.each([
    ['ann@example.org', ['1', '2']],
    ['BEN@example.org', ['2']],
    ['en@example.org', []],
  ])('lists those to %s alone', async (address, ids) => {
    const lines = await inbox(['shop', '--to', address, '--json'])
    expect(lines.map(line => JSON.parse(line).id)).toEqual(ids)
  })

  it('goes on with those to come', async () => {
    const lines = await inbox(['shop', '--follow'], (line, interrupt) => {
      if (line.includes('Order')) arrivals.publish({ kind: 'arrived', ...entry('3', 'Later', 'cleo@example.org') })
      if (line.includes('Later')) interrupt()
    })
    expect(lines.at(-1)).toContain('cleo@example.org  Later')
  })

  it('shows one, its text first', async () => {
    parts = { ...parts, attachments: [{ name: 'bill.pdf', type: 'application/pdf', bytes: 17 }] }
    expect(await inbox(['shop', '2'])).toEqual([
      'From:    Shop <orders@example.com>',
      'To:      ben@example.org, ann@example.org',
      'Date:    2026-11-22T09:30:00.000Z',
      'Subject: Order\uFFFD[2J 17',
      'With:    bill.pdf (application/pdf, 17 bytes)',
      '',
      'Thank you.\uFFFD[31m',
    ])
  })

  it.each([
    ['--html', '<p>Thank you.</p>'],
    ['--raw', 'Subject: Order\n\nThank you.'],
  ])('shows it with %s', async (option, expected) => {
    expect(await inbox(['shop', '1', option])).toEqual([expected])
  })

  it('shows it as one JSON document', async () => {
    const [line = ''] = await inbox(['shop', '1', '--json'])
    expect(JSON.parse(line)).toEqual(message('1', parts))
  })

  it.each<[string, readonly string[], string]>([
    ['a mail that is not there', ['shop', '9'], 'INBOX_NO_SUCH_MESSAGE'],
    ['--html without a mail', ['shop', '--html'], 'CLI_INBOX_NO_ID'],
    ['--raw without a mail', ['shop', '--raw'], 'CLI_INBOX_NO_ID'],
    ['--follow with a mail', ['shop', '1', '--follow'], 'CLI_INBOX_ID'],
    ['--to with a mail', ['shop', '1', '--to', 'a@example.org'], 'CLI_INBOX_ID'],
    ['a system that does not run', ['notes'], 'CONTROL_NOT_RUNNING'],
  ])('refuses %s', async (_, words, code) => {
    await expect(inbox(words)).rejects.toMatchObject({ code })
  })

  it('says which part a mail lacks', async () => {
    parts = { html: '<p>x</p>' }
    await expect(inbox(['shop', '1'])).rejects.toMatchObject({
      code: 'INBOX_NO_SUCH_PART',
      hint: expect.stringContaining('--html'),
    })
    parts = { text: 'x' }
    await expect(inbox(['shop', '1', '--html'])).rejects.toMatchObject({ code: 'INBOX_NO_SUCH_PART' })
  })
})
