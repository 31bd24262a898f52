import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KEY_FORM, newKey } from './key.ts'
import { rotate } from './rotate.ts'
import { secretStore } from './secret-store.ts'

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:cursors-AbCdEf'
const FIRST = 'a'.repeat(64)

interface Version {
  text?: string
  stages: string[]
}

/** The four calls of Secrets Manager, over one secret. */
class Account {
  versions: Record<string, Version> = {}
  readonly server = createServer(async (request, response) => {
    const chunks = await request.toArray()
    const input = JSON.parse(Buffer.concat(chunks).toString())
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const answer = this.#answer(operation, input)
    response.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(answer))
  })

  #answer(operation: string, input: Record<string, string & string[]>): Record<string, unknown> {
    switch (operation) {
      case 'DescribeSecret':
        return {
          VersionIdsToStages: Object.fromEntries(Object.entries(this.versions).map(([id, { stages }]) => [id, stages])),
        }
      case 'GetSecretValue': {
        const { text } = this.versions[input.VersionId ?? ''] ?? {}
        return text === undefined
          ? { __type: 'ResourceNotFoundException', Message: 'no value' }
          : { SecretString: text }
      }
      case 'PutSecretValue':
        this.versions[input.ClientRequestToken ?? ''] = {
          text: input.SecretString ?? '',
          stages: input.VersionStages ?? [],
        }
        return {}
      default: {
        const { MoveToVersionId: to = '', RemoveFromVersionId: from = '', VersionStage: stage = '' } = input
        for (const version of Object.values(this.versions)) {
          version.stages = version.stages.filter(label => label !== stage && label !== 'AWSPREVIOUS')
        }
        this.versions[from]?.stages.push('AWSPREVIOUS')
        this.versions[to]?.stages.push(stage)
        return {}
      }
    }
  }
}

describe('I-16: the rotation of the key that signs cursors', () => {
  let account: Account
  let client: SecretsManagerClient
  const step = (name: string, makeKey = newKey, version = 'second') =>
    rotate({ Step: name, SecretId: ARN, ClientRequestToken: version }, secretStore(client, ARN), makeKey)

  beforeEach(async () => {
    account = new Account()
    account.versions = { first: { text: FIRST, stages: ['AWSCURRENT'] }, second: { stages: ['AWSPENDING'] } }
    account.server.listen(0, '127.0.0.1')
    await once(account.server, 'listening')
    const { port } = account.server.address() as AddressInfo
    client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    })
  })
  afterEach(() => {
    client.destroy()
    account.server.close()
  })

  it('makes a new key the current one, and leaves the old one as the previous one', async () => {
    for (const name of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await step(name)
    const { first, second } = account.versions
    expect(first).toEqual({ text: FIRST, stages: ['AWSPREVIOUS'] })
    expect(second?.stages).toContain('AWSCURRENT')
    expect(second?.text).toMatch(KEY_FORM)
    expect(second?.text).not.toBe(FIRST)
  })

  it('changes nothing when a step comes twice', async () => {
    await step('createSecret')
    const key = account.versions.second?.text
    await step('createSecret')
    expect(account.versions.second?.text).toBe(key)
    await step('finishSecret')
    const after = structuredClone(account.versions)
    for (const name of ['createSecret', 'finishSecret']) await step(name)
    expect(account.versions).toEqual(after)
  })

  it('refuses a key that is none before anybody uses it', async () => {
    await step('createSecret', () => 'short')
    for (const name of ['testSecret', 'finishSecret']) {
      await expect(step(name)).rejects.toThrow('a key of 5 characters is not as it has to be')
    }
    expect(account.versions.first?.stages).toEqual(['AWSCURRENT'])
  })

  it('is content with the current key when only the schedule is tried', async () => {
    await expect(step('testSecret')).resolves.toBeUndefined()
  })

  it.each([
    ['a version that nobody knows', 'testSecret', 'third', 'the secret has no version third'],
    ['a version that is not being made', 'testSecret', 'old', 'not labelled AWSPENDING, but AWSPREVIOUS'],
    ['a step that there isn’t', 'dropSecret', 'second', 'the step "dropSecret" is not one of createSecret'],
    ['the end of a version without a key', 'finishSecret', 'second', 'the version has no key'],
  ])('refuses %s', async (_, name, version, words) => {
    account.versions.old = { text: FIRST, stages: ['AWSPREVIOUS'] }
    await expect(step(name, newKey, version)).rejects.toThrow(words)
  })
})
