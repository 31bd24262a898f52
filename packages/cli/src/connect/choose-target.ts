import type { InstanceStatus, Status, TierStatus } from '@terrace/control'
import { TerraceError } from '@terrace/kit'

/** The words of `terrace connect`. */
export interface Wanted {
  readonly name: string
  readonly target: string | undefined
  readonly as?: string
  readonly via?: string
}

/** What they stand for. */
export type Choice =
  | { readonly kind: 'instance'; readonly instance: string }
  /** Absent: the bastion. */
  | { readonly kind: 'database'; readonly via: string | undefined }

/**
 * Finds the instance or the database that the words name: the id of an instance or its beginning, a tier by its name or the
 * end of it whatever its case, of a tier an instance in service; `db` for the database.
 *
 * @throws TerraceError CONNECT_NO_TARGET, CONNECT_SEVERAL_TIERS, CONNECT_TIER_EMPTY, CONNECT_BAD_OPTIONS
 */
export function chooseTarget(status: Status, { name, target, as, via }: Wanted): Choice {
  const isDatabase = target !== undefined && /^(db|database)$/i.test(target) && tiersNamed(status, target).length === 0
  if (isDatabase && as !== undefined) {
    throw new TerraceError('CONNECT_BAD_OPTIONS', '--as names a user of an instance; the database has users of its own')
  }
  if (isDatabase) return { kind: 'database', via: via === undefined ? undefined : chooseInstance(status, name, via) }
  if (via !== undefined)
    throw new TerraceError('CONNECT_BAD_OPTIONS', '--via is for the database: terrace connect … db')
  return { kind: 'instance', instance: chooseInstance(status, name, target) }
}

/**
 * The instance or task that the words name.
 *
 * @throws TerraceError CONNECT_NO_TARGET, CONNECT_SEVERAL_TIERS, CONNECT_TIER_EMPTY
 */
export function chooseInstance(status: Status, system: string, target: string | undefined): string {
  const byId = status.tiers
    .flatMap(({ instances }) => instances)
    .find(({ id }) => target !== undefined && target.length > 2 && id.startsWith(target))
  if (byId) return byId.id
  const names = status.tiers.map(tier => tier.name).join(', ') || 'none'
  const tiers = target === undefined ? status.tiers : tiersNamed(status, target)
  const [tier] = tiers
  if (!tier) {
    throw new TerraceError(
      'CONNECT_NO_TARGET',
      `${system} has no tier and no instance ${target ?? ''}; its tiers are ${names}`,
      {
        hint: `terrace status ${system} lists its instances`,
      },
    )
  }
  if (tiers.length > 1) {
    throw new TerraceError(
      'CONNECT_SEVERAL_TIERS',
      `${target ?? system} could be ${tiers.map(each => each.name).join(', ')}`,
      {
        hint: `say which, such as ${tier.name}`,
      },
    )
  }
  const [instance] = tier.instances.toSorted((a, b) => rank(a) - rank(b))
  if (instance) return instance.id
  throw new TerraceError('CONNECT_TIER_EMPTY', `no instance of ${tier.name} is there now`, {
    hint: `look with: terrace status ${system}`,
  })
}

// An exact name wins over the end of a longer one, such as `App` of `shop-compute/App`.
function tiersNamed({ tiers }: Status, target: string): readonly TierStatus[] {
  const wanted = target.toLowerCase()
  const exact = tiers.filter(tier => tier.name.toLowerCase() === wanted)
  if (exact.length > 0) return exact
  const parts = (name: string) => name.toLowerCase().split(/[/.]/)
  const part = tiers.filter(tier => parts(tier.name).includes(wanted))
  return part.length > 0 ? part : tiers.filter(tier => tier.name.toLowerCase().endsWith(wanted))
}

const rank = ({ state, health }: InstanceStatus): number =>
  (/^(InService|running|RUNNING)$/.test(state) ? 0 : 2) + (health === 'unhealthy' ? 1 : 0)
