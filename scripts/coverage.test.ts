import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { HARMLESS } from '../packages/cloud/src/missing/harmless.ts'
import { MISSING_FEATURES } from '../packages/cloud/src/missing/index.ts'
import { COVERAGE_FILE, coveragePage } from './coverage-page.ts'
import { loadSamples, propertyCoverage, type Samples } from './coverage-properties.ts'

it('docs/coverage.md says what services and loader really cover (npm run coverage)', async () => {
  expect(readFileSync(COVERAGE_FILE, 'utf8')).toBe(await coveragePage())
})

describe('what the cloud says it does not carry out', () => {
  let samples: Samples
  beforeAll(async () => {
    samples = await loadSamples()
  })

  it('is asked for by a property that the loader reads', () => {
    const read = new Set(samples.readings.map(({ type, path }) => `${type} ${path}`))
    const named = [...MISSING_FEATURES, ...HARMLESS].flatMap(({ properties }) => properties)
    expect(named.filter(property => !read.has(property))).toEqual([])
  })

  it('is found in the samples, each feature in one of them', () => {
    const { architectures } = samples
    const unseen = MISSING_FEATURES.filter(({ askedFor }) => architectures.every(one => askedFor(one).length === 0))
    expect(unseen.map(({ properties, consequence }) => `${properties.join(', ')}: ${consequence}`)).toEqual([])
  })

  it('is on the page, and not among what is emulated', () => {
    const database = propertyCoverage(samples).find(({ type }) => type === 'AWS::RDS::DBInstance')
    const path = 'PubliclyAccessible'
    expect(database?.listed.get(path)).toEqual(['a database is reached from inside the VPC alone'])
    expect(database?.emulated).not.toContain(path)
  })
})
