import { ENVIRONMENTS, type EnvironmentName } from '../environments/environment.ts'
import { type Lookup, optionsFrom } from '../options.ts'

/** What may be chosen about the way by which a pipeline delivers. */
export interface DeliveryOptions {
  readonly project: string
  readonly region: string
  /** `owner/name` on GitHub. */
  readonly repository: string
  /** Environments that live in this account. */
  readonly environments: readonly EnvironmentName[]
  /** ARN of GitHub's OIDC provider when the account has it already: there can be but one. Default: it is made. */
  readonly provider?: string
}

/**
 * `-c repository=owner/name`, `-c environments=dev,prod`, `-c provider=<ARN>`, and `project` and `region` as for the
 * system itself.
 *
 * @throws when a value is not allowed
 */
export function deliveryOptionsFrom(lookup: Lookup): DeliveryOptions {
  const { project, region } = optionsFrom(name => (name === 'project' || name === 'region' ? lookup(name) : undefined))
  const repository = text(lookup, 'repository', /^[\w.-]+\/[\w.-]+$/, 'owner/name, as GitHub spells it') ?? REPOSITORY
  const provider = text(
    lookup,
    'provider',
    /^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
    'the ARN of the OIDC provider token.actions.githubusercontent.com',
  )
  const words = text(lookup, 'environments', /^\w+(,\w+)*$/, `some of ${ENVIRONMENTS.join(',')}`)?.split(',')
  const environments = words?.map(word => {
    const known = ENVIRONMENTS.find(name => name === word)
    if (known) return known
    throw new Error(`option environments=${words.join(',')} is not possible; give some of ${ENVIRONMENTS.join(',')}`)
  })
  return {
    project,
    region,
    repository,
    environments: environments ?? ENVIRONMENTS,
    ...(provider !== undefined && { provider }),
  }
}

const REPOSITORY = 'example/terrace'

function text(lookup: Lookup, name: string, form: RegExp, allowed: string): string | undefined {
  const given = lookup(name)
  if (given === undefined) return undefined
  if (form.test(String(given))) return String(given)
  throw new Error(`option ${name}=${String(given)} is not possible; give ${allowed}`)
}
