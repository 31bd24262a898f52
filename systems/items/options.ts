import { ENVIRONMENTS } from './environments/environment.ts'
import { environments } from './environments/index.ts'
import type { ItemsOptions } from './props.ts'

/** Looks one option up: what `-c name=value` gave, or undefined. */
export type Lookup = (name: string) => unknown

/**
 * What may be chosen on the command line: `-c environment=dev|prod`, `-c project=<name>`, `-c region=<region>`,
 * `-c image=<uri>`, `-c version=<text>`, `-c rate=<requests of one address in five minutes>`.
 *
 * @throws when a value is not allowed
 */
export function optionsFrom(lookup: Lookup): ItemsOptions & { readonly region: string } {
  const environment = environments[oneOf(lookup, 'environment', ENVIRONMENTS)]
  const image = text(lookup, 'image', /^\S+$/, 'the URI of an image in ECR')
  const rate = text(lookup, 'rate', /^[1-9]\d{1,8}$/, 'a whole number from 10 on')
  return {
    environment: rate === undefined ? environment : { ...environment, requestsPerAddress: Number(rate) },
    // Of 32 letters that a name of a balancer or target group may have, some must be left for what it is.
    project: text(lookup, 'project', /^[a-z][a-z0-9-]{1,19}$/, '2 to 20 small letters, digits and hyphens') ?? PROJECT,
    region: text(lookup, 'region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region of AWS, such as us-east-1') ?? 'us-east-1',
    version: text(lookup, 'version', /^[\w.+-]{1,64}$/, 'up to 64 letters, digits and .+-_') ?? VERSION,
    ...(image !== undefined && { image }),
  }
}

const PROJECT = 'cloud-native-demo'
const VERSION = '0.1.0'

function text(lookup: Lookup, name: string, form: RegExp, allowed: string): string | undefined {
  const given = lookup(name)
  if (given === undefined || form.test(String(given))) return given === undefined ? undefined : String(given)
  throw new Error(`option ${name}=${String(given)} is not possible; give ${allowed}`)
}

function oneOf<const V extends string>(lookup: Lookup, name: string, allowed: readonly [V, ...V[]]): V {
  const given = lookup(name)
  if (given === undefined) return allowed[0]
  const found = allowed.find(value => value === String(given))
  if (found) return found
  throw new Error(`option ${name}=${String(given)} is not known; give one of ${allowed.join(', ')}`)
}
