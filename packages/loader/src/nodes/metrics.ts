import type { PropertyReader } from './property-reader.ts'

/** The dimensions of a metric, a list of Name and Value. */
export const dimensionsOf = (reader: PropertyReader, key = 'Dimensions'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    reader.objects(key).map(dimension => [dimension.requiredText('Name'), dimension.requiredText('Value')]),
  )
