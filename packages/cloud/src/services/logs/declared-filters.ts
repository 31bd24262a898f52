import type { Instant } from '@terrace/kit'
import type {
  Architecture,
  MetricFilter as DeclaredMetricFilter,
  SubscriptionFilter as DeclaredSubscriptionFilter,
} from '@terrace/model'
import { LimitExceeded } from './errors.ts'
import { parsePattern } from './filter-pattern/pattern.ts'
import { MOST_METRIC_FILTERS, MOST_SUBSCRIPTION_FILTERS } from './limits.ts'
import { checkTransformation, type MetricFilter } from './metric-filters.ts'
import type { Group } from './store/group.ts'
import { checkFunction, type SubscriptionFilter } from './subscription-filters.ts'

/** A filter of the template. */
export type DeclaredFilter = DeclaredMetricFilter | DeclaredSubscriptionFilter

/**
 * Checks a filter as AWS does when the stack is deployed.
 *
 * @param present  the filters that the template has for that group before it
 * @throws InvalidParameter, LimitExceeded
 */
export function checkDeclared(
  filter: DeclaredFilter,
  present: readonly DeclaredFilter[],
  architecture: Architecture,
): void {
  parsePattern(filter.pattern)
  if (filter.kind === 'metricFilter') checkTransformation(filter.transformation)
  else checkFunction(filter.destination, filter.group, architecture)
  const most = filter.kind === 'metricFilter' ? MOST_METRIC_FILTERS : MOST_SUBSCRIPTION_FILTERS
  if (present.filter(({ kind }) => kind === filter.kind).length >= most) {
    throw new LimitExceeded(`The log group ${filter.group} may have ${most} filters of this kind.`)
  }
}

/** Gives a group the filters that the template has for it now, and takes away those that it had before. */
export function putDeclared(group: Group, filters: readonly DeclaredFilter[], now: Instant): void {
  const { metricFilters, subscriptionFilters } = group.settings
  const metric = filters
    .filter(filter => filter.kind === 'metricFilter')
    .map(({ name, pattern, transformation }): MetricFilter => {
      const created = createdBefore(metricFilters, name) ?? now
      return { name, pattern, created, transformation, ofTemplate: true }
    })
  const subscription = filters
    .filter(filter => filter.kind === 'subscriptionFilter')
    .map(({ name, pattern, destination }): SubscriptionFilter => {
      const created = createdBefore(subscriptionFilters, name) ?? now
      return { name, pattern, created, destination, distribution: 'ByLogStream', ofTemplate: true }
    })
  group.change({
    metricFilters: [...others(metricFilters, metric), ...metric],
    subscriptionFilters: [...others(subscriptionFilters, subscription), ...subscription],
  })
}

interface Named {
  readonly name: string
  readonly created: Instant
  readonly ofTemplate?: boolean
}

const createdBefore = (present: readonly Named[], name: string) => present.find(each => each.name === name)?.created

/** Those that somebody else has put, under names of their own. */
const others = <F extends Named>(present: readonly F[], declared: readonly Named[]): readonly F[] =>
  present.filter(({ name, ofTemplate }) => !ofTemplate && !declared.some(each => each.name === name))
