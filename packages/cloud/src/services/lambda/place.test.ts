import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { clientOptions } from '../../gateway/testing.ts'
import { threeTiers } from '../../testing/architecture.ts'
import { logs } from '../logs/index.ts'
import { sts } from '../sts/index.ts'
import { functionOf, functionRole, startLambdaCloud } from './testing.ts'

const WHO = `import https from 'node:https'
  import { createHash, createHmac } from 'node:crypto'
  const hex = text => createHash('sha256').update(text).digest('hex')
  const mac = (key, text) => createHmac('sha256', key).update(text).digest()
  // A signed call without the SDK: what the SDK would do.
  const who = () => new Promise(resolve => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15'
    const at = new Date().toISOString().replace(/[-:]|\\.\\d+/g, '')
    const day = at.slice(0, 8), host = 'sts.us-east-1.amazonaws.com', { env } = process
    const headers = { 'content-type': 'application/x-www-form-urlencoded', host, 'x-amz-date': at, 'x-amz-security-token': env.AWS_SESSION_TOKEN }
    const names = Object.keys(headers).sort()
    const canonical = ['POST', '/', '', ...names.map(name => name + ':' + headers[name]), '', names.join(';'), hex(body)].join('\\n')
    const scope = day + '/us-east-1/sts/aws4_request'
    const key = ['us-east-1', 'sts', 'aws4_request'].reduce(mac, mac('AWS4' + env.AWS_SECRET_ACCESS_KEY, day))
    const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', at, scope, hex(canonical)].join('\\n')).digest('hex')
    headers.authorization = 'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID + '/' + scope + ', SignedHeaders=' + names.join(';') + ', Signature=' + signature
    const request = https.request({ host, method: 'POST', path: '/', headers, timeout: 1500 }, answer => {
      let text = ''
      answer.on('data', chunk => (text += chunk)).on('end', () => resolve(/<Arn>(.*)<\\/Arn>/.exec(text)?.[1] ?? text))
    })
    request.on('timeout', () => { request.destroy(); resolve('silence') }).on('error', error => resolve(error.message)).end(body)
  })
  export const handler = who`

const SESSION = 'arn:aws:sts::123456789012:assumed-role/worker/f'

async function whoIn(vpc: { SubnetIds: string[]; SecurityGroupIds: string[] } | undefined) {
  await using on = await startLambdaCloud({ nodes: [functionRole(), ...threeTiers()], services: [sts] })
  await on.client.send(
    new CreateFunctionCommand(functionOf('f', WHO, { Timeout: 10, ...(vpc ? { VpcConfig: vpc } : {}) })),
  )
  const { Payload = [] } = await on.client.send(new InvokeCommand({ FunctionName: 'f' }))
  return {
    said: JSON.parse(Buffer.from(Payload).toString()),
    journal: on.world.journal.since(0).map(({ message }) => message),
  }
}

describe('a function in the network', () => {
  it('calls AWS as its role from outside of every VPC', async () => {
    expect((await whoIn(undefined)).said).toBe(SESSION)
  })

  it('calls AWS by the routes of its subnet', async () => {
    expect((await whoIn({ SubnetIds: ['app-a'], SecurityGroupIds: ['app'] })).said).toBe(SESSION)
  })

  it('gets no answer from a subnet without a way out', async () => {
    const { said, journal } = await whoIn({ SubnetIds: ['data-a'], SecurityGroupIds: ['app'] })
    expect(said).toBe('silence')
    expect(journal.join('\n')).toContain('sts.us-east-1.amazonaws.com')
  })

  it('finds the internet silent from outside of a VPC, which the journal says', async () => {
    await using on = await startLambdaCloud()
    const text = `import net from 'node:net'
      export const handler = () => new Promise(done => net.connect({ host: '203.0.113.1', port: 80, timeout: 200 }).on('timeout', () => done('silence')).on('connect', () => done('open')))`
    await on.client.send(new CreateFunctionCommand(functionOf('f', text)))
    const told = on.world.journal.next(({ kind }) => kind === 'lambda.unreachable')
    const { Payload = [] } = await on.client.send(new InvokeCommand({ FunctionName: 'f' }))
    expect(Buffer.from(Payload).toString()).toBe('"silence"')
    expect((await told).message).toContain('203.0.113.1:80 stays silent to the function f')
  })
})

describe('the log of a function', () => {
  const WRITE = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

  it('is in CloudWatch Logs when the role may write it', async () => {
    const role = functionRole({ Effect: 'Allow', Action: WRITE, Resource: '*' })
    await using on = await startLambdaCloud({ nodes: [role], services: [logs] })
    await on.client.send(
      new CreateFunctionCommand(functionOf('f', 'export const handler = async () => console.log("here")')),
    )
    await on.client.send(new InvokeCommand({ FunctionName: 'f' }))
    const client = new CloudWatchLogsClient(clientOptions(on.gateway.url))
    const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/f' }))
    const words = events.map(({ message = '' }) => /START|here|END|REPORT/.exec(message)?.[0])
    expect(words).toEqual(['START', 'here', 'END', 'REPORT'])
    expect(events[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/)
  })

  it('is lost when the role may not, which the journal says', async () => {
    await using on = await startLambdaCloud({ services: [logs] })
    await on.client.send(new CreateFunctionCommand(functionOf('f', 'export const handler = async () => 1')))
    const lost = on.world.journal.find(({ kind }) => kind === 'lambda.logLost')
    await on.client.send(new InvokeCommand({ FunctionName: 'f' }))
    expect((await lost).message).toMatch(/^the log of the function f is lost: its role may not logs:CreateLogGroup /)
  })
})
