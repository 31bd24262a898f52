import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

const FARGATE: readonly string[] = ['FARGATE', 'FARGATE_SPOT']

/** Whether tasks of this provider run on Fargate. differs: FARGATE_SPOT is never taken away */
export const isFargate = (provider: string): boolean => FARGATE.includes(provider)

/** Lists the capacity providers that stand on EC2 instances. */
export function otherProviders(context: BuildContext, providers: readonly string[], key: string): void {
  const { properties } = context
  for (const provider of providers.filter(name => !isFargate(name))) {
    const message = `the capacity provider ${provider} is not modelled; tasks run on Fargate alone here`
    context.gap('value', properties.pathOf(key), properties.placeOf(key).line, message)
  }
}

/** The names of a strategy's providers. With Fargate alone there is nothing to weigh. */
export const strategyOf = (reader: PropertyReader, key: string): readonly string[] =>
  reader.objects(key).map(item => {
    item.withoutEffect({ Base: 'with Fargate alone there is nothing to share', Weight: 'as Base' })
    return item.requiredText('CapacityProvider')
  })
