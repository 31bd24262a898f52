import { createRequire } from 'node:module'
import type { PolicyStatement } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policy, testBucket, testRole } from '../../gateway/testing.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import {
  ask,
  type Ec2Cloud,
  folderWith,
  imageIn,
  imageProcess,
  machineWith,
  startEc2Cloud,
} from '../../workload/testing.ts'
import { s3 } from '../s3/index.ts'
import { sts } from '../sts/index.ts'

const SDK = createRequire(import.meta.url)

// An ordinary program: the SDK finds region, credentials and endpoints by itself, as on AWS.
const MAIN = `
const { createServer } = require('node:http')
const { STSClient, GetCallerIdentityCommand } = require(${JSON.stringify(SDK.resolve('@aws-sdk/client-sts'))})
const { S3Client, GetObjectCommand } = require(${JSON.stringify(SDK.resolve('@aws-sdk/client-s3'))})
const options = { region: 'us-east-1', maxAttempts: 1 }
const calls = {
  '/who': async () => (await new STSClient(options).send(new GetCallerIdentityCommand({}))).Arn,
  '/read': async () =>
    (await new S3Client(options).send(new GetObjectCommand({ Bucket: 'site', Key: 'index.html' }))).Body.transformToString(),
  '/steal': async () =>
    (await new S3Client(options).send(new GetObjectCommand({ Bucket: 'private', Key: 'x' }))).Body.transformToString(),
  '/v1': async () => String((await fetch('http://169.254.169.254/latest/meta-data/instance-id')).status),
}
createServer((request, response) => {
  calls[request.url]().then(text => response.end(text), error => response.end(error.name + ': ' + error.message))
}).listen(Number(process.env.PORT), () => console.log('listening'))
`

const allow = (Action: string | string[], Resource: string): PolicyStatement => ({ Effect: 'Allow', Action, Resource })

const role = {
  ...testRole(
    'role',
    allow(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], '*'),
    allow('s3:GetObject', 'arn:aws:s3:::site/*'),
  ),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
}

let folder: ReturnType<typeof folderWith>
let cloud: Ec2Cloud
let socket: string
let id: string

beforeEach(async () => {
  folder = folderWith({ 'main.js': MAIN })
  const machine = machineWith([imageProcess(imageIn(folder.path))], { role: 'role', userData: '#!/bin/bash\n' })
  const template = testNode('launchTemplate', 'template', { name: 'app', machine })
  const nodes = [...threeTiers(), testBucket('site'), testBucket('private'), role, template]
  cloud = await startEc2Cloud({ nodes, services: [s3, sts] })
  const objects = await cloud.world.ports.need('objects')
  await objects.put('site', 'index.html', 'page')
  const listening = new Promise<void>(resolve => {
    cloud.world.logs.subscribe(({ line }) => line.includes('listening') && resolve())
  })
  const instance = await cloud.instances.launch({ machine, subnet: 'app-a', owner: 'template' })
  await listening
  id = instance.id
  socket = cloud.network.socketOf(instance.networkInterface, 8000)
})
afterEach(async () => {
  await cloud.stop()
  folder.remove()
})

const answerTo = async (path: string) => (await ask(socket, path)).body

describe('a program on an instance, with the SDK as it is', () => {
  it('calls as the role of its instance, with credentials of the metadata service', async () => {
    expect(await answerTo('/who')).toBe(`arn:aws:sts::123456789012:assumed-role/role/${id}`)
  })

  it('may do what the role may, and nothing else, by the names of AWS', async () => {
    expect(await answerTo('/read')).toBe('page')
    expect(await answerTo('/steal')).toMatch(/^AccessDenied: User: \S+ is not authorized to perform: s3:GetObject/)
    expect(cloud.world.journal.since(0).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/may not s3:GetObject arn:aws:s3:::private\/x: no policy allows it/),
    )
  })

  it('is refused by the metadata service without a token, when the template wants tokens', async () => {
    expect(await answerTo('/v1')).toBe('401')
  })

  it('has no way to AWS when the route to NAT is gone, and the journal says which', async () => {
    cloud.network.rules.setRoutes('private', [])
    const dropped = cloud.world.journal.next(({ kind }) => kind === 'network.dropped')
    void answerTo('/read').catch(() => {})
    expect((await dropped).message).toMatch(/gets no answer from site\.s3\.us-east-1\.amazonaws\.com:443.*no route/)
  })
})
