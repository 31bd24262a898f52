import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Inbox } from './inbox.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-inbox-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const mail = (subject: string) => ({
  at: 1,
  messageId: `id-${subject}`,
  from: 'orders@example.com',
  to: ['a@example.org'],
  subject,
  content: Buffer.from(`From: orders@example.com\r\nSubject: ${subject}\r\n\r\n${subject}`),
})
const subjects = (inbox: Inbox) => inbox.list().map(({ subject }) => subject)
const files = () => readdirSync(folder).filter(name => name.endsWith('.eml'))

describe('the inbox', () => {
  it('keeps each mail in a file that mail programs open, for the user alone', async () => {
    const inbox = new Inbox(folder)
    const { id } = await inbox.keep(mail('one'))
    expect(await inbox.read(id)).toMatchObject({
      id: '1',
      subject: 'one',
      text: expect.stringMatching(/^one\s*$/),
      attachments: [],
    })
    expect(readFileSync(join(folder, '00000001.eml'), 'utf8')).toBe(mail('one').content.toString())
    expect(statSync(join(folder, '00000001.eml')).mode & 0o077).toBe(0)
  })

  it('tells what arrives', async () => {
    const inbox = new Inbox(folder)
    const seen: string[] = []
    const stop = inbox.subscribe(({ subject }) => seen.push(subject))
    await inbox.keep(mail('one'))
    stop()
    await inbox.keep(mail('two'))
    expect(seen).toEqual(['one'])
  })

  it('keeps the order of mails that come at once', async () => {
    const inbox = new Inbox(folder)
    const names = Array.from({ length: 100 }, (_, n) => `m${n}`)
    const kept = await Promise.all(names.map(name => inbox.keep(mail(name))))
    expect(kept.map(({ id }) => id)).toEqual(names.map((_, n) => String(n + 1)))
    expect(subjects(inbox)).toEqual(names)
    expect(subjects(new Inbox(folder))).toEqual(names)
  })

  it('says when a mail could not be kept, and keeps the next one', async () => {
    const inbox = new Inbox(folder)
    mkdirSync(join(folder, '00000001.eml'))
    await expect(inbox.keep(mail('one'))).rejects.toThrow('EISDIR')
    await inbox.keep(mail('two'))
    expect(subjects(inbox)).toEqual(['two'])
  })

  it('lets the oldest make room, in its list and on disk', async () => {
    const inbox = new Inbox(folder, 3)
    for (let n = 1; n <= 10; n++) await inbox.keep(mail(`m${n}`))
    expect(subjects(inbox)).toEqual(['m8', 'm9', 'm10'])
    expect(files()).toHaveLength(3)
    expect(readFileSync(join(folder, 'index.jsonl'), 'utf8').trim().split('\n').length).toBeLessThanOrEqual(6)
    expect(subjects(new Inbox(folder, 3))).toEqual(['m8', 'm9', 'm10'])
  })

  it('comes back after a crash in the middle of a line, without what nobody was told of', async () => {
    const before = new Inbox(folder)
    await before.keep(mail('one'))
    await before.keep(mail('two'))
    appendFileSync(join(folder, 'index.jsonl'), '{"id":"3","at":1,"mess')
    writeFileSync(join(folder, '00000003.eml'), 'From: a')

    const after = new Inbox(folder)
    expect(subjects(after)).toEqual(['one', 'two'])
    expect(files()).toEqual(['00000001.eml', '00000002.eml'])
    expect((await after.keep(mail('three'))).id).toBe('3')
    expect(subjects(new Inbox(folder))).toEqual(['one', 'two', 'three'])
  })

  it('does not list what somebody has removed', async () => {
    const before = new Inbox(folder)
    await before.keep(mail('one'))
    await before.keep(mail('two'))
    rmSync(join(folder, '00000001.eml'))
    expect(subjects(new Inbox(folder))).toEqual(['two'])
  })

  it.each(['2', '0', '../index', 'one'])('has no message %j', async id => {
    const inbox = new Inbox(folder)
    await inbox.keep(mail('one'))
    await expect(inbox.read(id)).rejects.toMatchObject({
      code: 'INBOX_NO_SUCH_MESSAGE',
      message: expect.stringContaining('there are 1 to 1'),
    })
  })
})
