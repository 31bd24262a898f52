import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContainerImage, DirectoryImage, Machine, WorkloadFile } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { isEmulated, notEmulated } from './coverage.ts'
import { services } from './services/index.ts'
import { testArchitecture, testNode, threeTiers } from './testing/architecture.ts'

const table = services({ embedded: 'allowed' })
const said = (...nodes: Parameters<typeof testArchitecture>[0]) => notEmulated(testArchitecture(nodes), table)

const NODE_IMAGE: DirectoryImage = {
  kind: 'directory',
  uri: 'example.com/web:1',
  directory: '/nowhere',
  from: 'node:24-slim',
  command: ['node', 'main.js'],
  entryPoint: [],
  environment: {},
  labels: {},
  workingDirectory: '/srv',
  runDirectory: '/nowhere',
  copies: [],
  obstacles: [],
}

const machineOf = (image: ContainerImage, files: readonly WorkloadFile[] = []): Machine => ({
  imageId: 'ami-0123456789abcdef0',
  instanceType: 't3.micro',
  securityGroups: [],
  imdsv2Required: true,
  metadataHopLimit: 1,
  detailedMonitoring: false,
  userData: '',
  workload: {
    processes: [{ kind: 'image', name: 'web', image, environment: {}, secrets: {}, files, restart: 'always' }],
  },
})

const instanceOf = (image: ContainerImage, files: readonly WorkloadFile[] = []) =>
  testNode('instance', 'Web', {
    machine: machineOf(image, files),
    subnet: 'app-a',
    zone: 'us-east-1a',
    publicAddress: false,
  })

describe('what does not run here', () => {
  it('is nothing of what runs completely', () => {
    expect(said(...threeTiers(), instanceOf(NODE_IMAGE))).toEqual([])
  })

  it('is named by type and resources, with what will not work', () => {
    const topics = ['Ops', 'Other'].map(id => ({
      ...testNode('other', id, { properties: {} }),
      origin: { stack: 'test', logicalId: id, type: 'AWS::CloudTrail::Trail', place: { file: 'test.yaml', line: 1 } },
    }))
    expect(said(...topics)).toEqual([
      'AWS::CloudTrail::Trail (Ops, Other) is not emulated: calls are in the journal alone',
    ])
  })

  it('is named as a feature of what does run', () => {
    const bucket = testNode('bucket', 'Pages', {
      name: 'pages',
      arn: 'arn:aws:s3:::pages',
      publicAccessBlock: {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      },
      versioning: true,
      encryption: 'aws:kms',
    })
    expect(said(bucket)).toEqual([
      'encryption of Pages with aws:kms is not emulated: objects are read and written without permission for a key',
    ])
  })

  it.each<[string, ContainerImage, string]>([
    ['from elsewhere', { kind: 'remote', uri: 'example.com/web:1' }, 'it is not built from a directory'],
    ['with a step that was not done', { ...NODE_IMAGE, obstacles: ['Dockerfile:3: RUN apt-get'] }, 'RUN apt-get'],
    ['of another language', { ...NODE_IMAGE, command: ['python', 'main.py'] }, 'its command is python'],
  ])('is the process of an image %s, unless there are stand-ins', (_, image, because) => {
    expect(said(instanceOf(image))).toEqual([expect.stringContaining(because)])
    expect(isEmulated(machineOf(image))).toBe(false)
    expect(isEmulated(machineOf(image), { standIns: true })).toBe(true)
  })

  it('is the path at which a Node.js process looks for its files', () => {
    expect(said(instanceOf(NODE_IMAGE, [{ source: 's3://pages/site/', path: '/srv/site' }]))).toEqual([
      'the path /srv/site of the process web of Web is not emulated: its files lie at $TERRACE_ROOT/srv/site',
    ])
  })

  it('has every field of the model that no source of the cloud speaks of', () => {
    const model = fileURLToPath(new URL('../../model/src/', import.meta.url))
    const fields = sourcesIn(model, /^(architecture|node|queries)\.ts$/).flatMap(text =>
      [...text.matchAll(/readonly (\w+)\??:/g)].map(match => match[1] ?? ''),
    )
    const words = new Set(sourcesIn(fileURLToPath(new URL('.', import.meta.url))).flatMap(text => text.match(/\w+/g)))
    expect([...new Set(fields)].filter(field => !words.has(field))).toEqual([])
  })
})

function sourcesIn(folder: string, but = /\.test\.ts$/): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.c?ts$/.test(name) && !name.endsWith('.test.ts') && !name.includes('testing') && !but.test(name))
    .map(name => readFileSync(join(folder, name), 'utf8'))
}
