import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll } from 'vitest'
import { type ClientOptions, type Credentials, startTarget, type Target, type TargetOptions } from './target.ts'

/** What the tests of one file share. */
export interface Suite {
  target(): Target
  output(name: string): string
  /** A client of the SDK as the account's administrator, or with other credentials; ended after the last test. */
  client<C extends Destroyable>(Client: new (options: ClientOptions) => C, credentials?: Credentials): C
  /** The same as the role `Operator` of the template, which may do very little. */
  operator<C extends Destroyable>(Client: new (options: ClientOptions) => C): Promise<C>
}

interface Destroyable {
  destroy(): void
}

/** Starts a target before the first test of a file and ends it after the last one. */
export function suite(options: TargetOptions = {}): Suite {
  let running: Target | undefined
  let credentials: Promise<Credentials> | undefined
  const clients: Destroyable[] = []
  beforeAll(async () => {
    running = await startTarget(options)
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await running?.stop()
  })
  const target = () => {
    if (!running) throw new Error('the target runs from the first test to the last; this is before or after')
    return running
  }
  const client: Suite['client'] = (Client, given) => {
    const made = new Client(target().client(given))
    clients.push(made)
    return made
  }
  return {
    target,
    output: name => target().output(name),
    client,
    async operator(Client) {
      credentials ??= assume(client(STSClient), target().output('OperatorArn'))
      return client(Client, await credentials)
    },
  }
}

/** Credentials of a role, for an hour. */
async function assume(sts: STSClient, role: string): Promise<Credentials> {
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'conformance' }),
  )
  const { AccessKeyId, SecretAccessKey, SessionToken } = issued ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error(`AssumeRole gave no credentials of ${role}`)
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}
