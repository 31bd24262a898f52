import MailComposer from 'nodemailer/lib/mail-composer'
import { expect, it } from 'vitest'
import { mimeWriter } from './mime-writer.ts'

const LONG = 'Words that go on and on, '.repeat(12)
const OTHER = 'Grüße aus Köln, 東京 und =3D; '.repeat(8)

it.each([
  ['a line of text', { text: 'Thank you.' }],
  ['text that ends with a line', { text: 'Thank you.\r\n' }],
  ['text that ends in the middle of a line', { text: 'Thank you.\r' }],
  ['long lines', { text: LONG }],
  ['text beyond ASCII', { text: OTHER }],
  ['text that is hardly ASCII at all', { text: '東京'.repeat(200) }],
  ['text and HTML', { text: LONG, html: `<p>${OTHER}</p>\n<p>.</p>` }],
  ['HTML alone', { html: '<p>Thank you.</p> ' }],
  ['an empty text', { text: '' }],
])('writes byte for byte what nodemailer does: %s', async (_, content) => {
  const message = new MailComposer({
    from: { name: 'Größe', address: 'orders@example.com' },
    to: 'a@example.org',
    subject: OTHER,
    headers: [{ key: 'X-Order-Id', value: '17' }],
    messageId: '<1@example.com>',
    date: new Date(0),
    ...content,
  }).compile()
  const write = await mimeWriter()
  expect(write(message).toString()).toBe((await message.build()).toString())
})
