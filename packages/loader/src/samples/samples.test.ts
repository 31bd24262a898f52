import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { load, type PropertyReading, type Target } from '../index.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const SAMPLES = path('.')
const FIXTURES = path('../../fixtures/')
const LIBRARY = path('../../../../.terrace/library/assembly')

const templatesIn = (folder: string): Target[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .map(name => ({ kind: 'template', file: `${folder}${name}` }))

/** Below these the author chooses the names. */
const FREE = /(^|\.)Tags\[\]\.|^SourceMarkers\[\]\.|\.markerEncodings\./

/** What code shared by several types asks for, though CloudFormation doesn't know it in this one. */
const FOREIGN = new Set([
  'AWS::AutoScaling::LaunchConfiguration CreditSpecification',
  'AWS::AutoScaling::LaunchConfiguration DisableApiTermination',
  'AWS::AutoScaling::LaunchConfiguration InstanceInitiatedShutdownBehavior',
  'AWS::AutoScaling::LaunchConfiguration MetadataOptions.HttpProtocolIpv6',
  'AWS::AutoScaling::LaunchConfiguration MetadataOptions.InstanceMetadataTags',
  'AWS::AutoScaling::LaunchConfiguration Monitoring',
  'AWS::AutoScaling::LaunchConfiguration NetworkInterfaces',
  'AWS::AutoScaling::LaunchConfiguration SourceDestCheck',
  'AWS::AutoScaling::LaunchConfiguration TagSpecifications',
  'AWS::AutoScaling::LaunchConfiguration Tenancy',
  'AWS::EC2::Instance AssociatePublicIpAddress',
  'AWS::EC2::Instance NetworkInterfaces[].Groups',
  'AWS::EC2::Instance NetworkInterfaces[].NetworkCardIndex',
  'AWS::EC2::Instance TagSpecifications',
  'AWS::EC2::LaunchTemplate LaunchTemplateData.AssociatePublicIpAddress',
  'AWS::EC2::LaunchTemplate LaunchTemplateData.NetworkInterfaces[].GroupSet',
  'AWS::EC2::LaunchTemplate LaunchTemplateData.SourceDestCheck',
  'AWS::EC2::LaunchTemplate LaunchTemplateData.Tenancy',
])

const nameOf = ({ type, path: property }: PropertyReading) => `${type} ${property}`

async function readings(targets: readonly Target[]): Promise<PropertyReading[]> {
  const all: PropertyReading[] = []
  for (const target of targets) await load(target, { onProperty: reading => all.push(reading) })
  return all
}

async function missingFrom(samples: readonly PropertyReading[], targets: readonly Target[]): Promise<string[]> {
  const inSamples = new Set(samples.filter(({ present }) => present).map(nameOf))
  const asked = [...samples, ...(await readings(targets))]
    .filter(reading => reading.outcome.kind !== 'listed' && !FREE.test(reading.path))
    .map(nameOf)
  return [...new Set(asked)].filter(name => !inSamples.has(name) && !FOREIGN.has(name)).sort()
}

describe('the samples', async () => {
  const samples = await readings(templatesIn(SAMPLES))

  it('have every property that a builder asks for, in them, in the fixtures and in systems synthesized before', async () => {
    const assemblies = [`${FIXTURES}assembly`, LIBRARY].filter(existsSync)
    const targets: Target[] = [
      ...templatesIn(FIXTURES),
      ...assemblies.map(directory => ({ kind: 'assembly', directory }) as const),
    ]
    expect(await missingFrom(samples, targets)).toEqual([])
  })

  it('are understood to the last property, apart from what is listed on purpose', async () => {
    const unread = []
    for (const target of templatesIn(SAMPLES)) {
      const { gaps } = await load(target)
      unread.push(...gaps.map(({ message }) => message).filter(message => message.includes('is not understood')))
    }
    expect(unread).toEqual([])
  })

  it('have a resource for every property that is refused by name', () => {
    const listed = samples.filter(({ outcome }) => outcome.kind === 'listed').map(({ path: property }) => property)
    const refused = readdirSync(path('../nodes'))
      .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .flatMap(name => [...readFileSync(path(`../nodes/${name}`), 'utf8').matchAll(/notModelled\(\w+, '(\w+)'/g)])
      .map(match => match[1] ?? '')
    const ends = new Set(listed.map(property => property.split('.').at(-1)))
    expect([...new Set(refused)].filter(key => !ends.has(key))).toEqual([])
  })
})
