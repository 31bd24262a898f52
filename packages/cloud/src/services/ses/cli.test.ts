import { execFile } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { startMail, type TestMail, testIdentity } from './testing.ts'

const missing = cliIsHere ? undefined : 'the AWS CLI is not installed'

let on: TestMail
beforeEach(async () => {
  on = await startMail([testIdentity('example.com')])
})
afterEach(() => on[Symbol.asyncDispose]())

/** One command of the AWS CLI against the gateway; what it prints. */
function aws(service: 'ses' | 'sesv2', ...words: readonly string[]): Promise<Record<string, unknown>> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const parameters = [service, ...words, '--endpoint-url', on.cloud.gateway.url, '--output', 'json']
  return new Promise((resolve, reject) =>
    execFile('aws', parameters, { env }, (error, output, errors) =>
      error ? reject(new Error(errors)) : resolve(output.trim() === '' ? {} : JSON.parse(output)),
    ),
  )
}

describe(`a session with the AWS CLI${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.skipIf(missing !== undefined)(
    'looks at the account and its identities, makes a template, sends with it and without, and asks who is suppressed',
    async () => {
      expect(await aws('sesv2', 'get-account')).toMatchObject({ ProductionAccessEnabled: true })
      expect(await aws('sesv2', 'list-email-identities')).toMatchObject({
        EmailIdentities: [{ IdentityName: 'example.com', IdentityType: 'DOMAIN', SendingEnabled: true }],
      })
      const content = JSON.stringify({ Subject: 'Order {{id}}', Text: 'Thank you, {{name}}.' })
      await aws('sesv2', 'create-email-template', '--template-name', 'order', '--template-content', content)
      const destination = 'ToAddresses=reader@example.org'
      const Template = { TemplateName: 'order', TemplateData: JSON.stringify({ id: 17, name: 'Ann' }) }
      const send = ['send-email', '--from-email-address', 'orders@example.com', '--destination', destination]
      const { MessageId } = await aws('sesv2', ...send, '--content', JSON.stringify({ Template }))
      expect(await on.newest()).toMatchObject({ messageId: MessageId, subject: 'Order 17' })
      await aws(
        'ses',
        ...['send-email', '--from', 'orders@example.com', '--to', 'reader@example.org'],
        ...['--subject', 'By hand', '--text', 'Hello'],
      )
      expect(await on.newest()).toMatchObject({ subject: 'By hand', text: expect.stringContaining('Hello') })
      const suppress = ['put-suppressed-destination', '--email-address', 'gone@example.org', '--reason', 'BOUNCE']
      await aws('sesv2', ...suppress)
      expect(await aws('sesv2', 'list-suppressed-destinations', '--reasons', 'BOUNCE')).toMatchObject({
        SuppressedDestinationSummaries: [{ EmailAddress: 'gone@example.org', Reason: 'BOUNCE' }],
      })
      await expect(aws('sesv2', 'get-email-identity', '--email-identity', 'example.net')).rejects.toThrow(
        /NotFoundException/,
      )
    },
    60_000,
  )
})
