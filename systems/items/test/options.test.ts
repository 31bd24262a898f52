import { describe, expect, it } from 'vitest'
import { dev } from '../environments/dev.ts'
import { prod } from '../environments/prod.ts'
import { optionsFrom } from '../options.ts'
import { contextIn } from '../words.ts'

const given = (options: Readonly<Record<string, string>>) => optionsFrom(name => options[name])

describe('options of the items', () => {
  it('I-10: are the environment dev of the project cloud-native-demo by default', () =>
    expect(given({})).toEqual({
      environment: dev,
      project: 'cloud-native-demo',
      region: 'us-east-1',
      version: '0.1.0',
    }))

  it('I-10: are project, environment, region, image and version, on the command line', () => {
    const image = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/items-api:1'
    const options = { environment: 'prod', project: 'other', region: 'eu-central-1', version: '1.2.3', image }
    expect(given(options)).toEqual({ ...options, environment: prod })
    expect(given({ rate: '100' }).environment).toEqual({ ...dev, requestsPerAddress: 100 })
  })

  it.each([
    ['environment', 'test', 'option environment=test is not known; give one of dev, prod'],
    ['project', 'A', 'option project=A is not possible; give 2 to 20 small letters'],
    ['region', 'here', 'option region=here is not possible; give a region of AWS'],
    ['version', 'a b', 'option version=a b is not possible'],
    ['rate', '9', 'option rate=9 is not possible; give a whole number from 10 on'],
    ['rate', '0', 'option rate=0 is not possible'],
  ])('are refused with what is allowed: %s=%s', (name, value, words) =>
    expect(() => given({ [name]: value })).toThrow(words),
  )

  it('are found among the words of a command', () => {
    const look = contextIn(['-c', 'environment=prod', '--force', '--context', 'a=b=c', '--context=d=e', '-c'])
    expect(['environment', 'a', 'd', 'force'].map(look)).toEqual(['prod', 'b=c', 'e', undefined])
  })
})
