import type { TableKey } from '@terrace/model'
import { ValidationException } from './errors.ts'
import { partitionText, sortText } from './grammar.ts'
import { LONGEST_PARTITION_KEY, LONGEST_SORT_KEY } from './limits.ts'
import type { IndexEntry } from './store/item-store.ts'
import { attributesOf, type IndexSettings, type TableSettings } from './table-record.ts'
import { type AttributeValue, type Item, scalarOf, typeOf } from './values/attribute-value.ts'

/** Where an item is in its table. The item has the attributes of the key. */
export const itemKey = (settings: TableSettings, item: Item): string => keyText(settings, settings.key, item)

/** Where an index has an item; nothing when it lacks one of the index's attributes. */
export function indexKey(settings: TableSettings, { key }: IndexSettings, item: Item): string | undefined {
  if (attributesOf({ key }).some(name => item[name] === undefined)) return undefined
  return `${keyText(settings, key, item)}${itemKey(settings, item)}`
}

/** Every index's entry for an item. */
export const entriesOf = (settings: TableSettings, item: Item): readonly IndexEntry[] =>
  [...settings.globalIndexes, ...settings.localIndexes].flatMap(index => {
    const key = indexKey(settings, index, item)
    return key === undefined ? [] : [{ index: index.name, key }]
  })

function keyText({ attributeTypes }: TableSettings, { partition, sort }: TableKey, item: Item): string {
  const first = partitionText(scalarOf(item[partition]) ?? '', attributeTypes[partition] ?? 'S')
  return sort === undefined ? first : `${first}${sortText(scalarOf(item[sort]) ?? '', attributeTypes[sort] ?? 'S')}/`
}

/** @throws ValidationException when these aren't the attributes of the table's key, and nothing else */
export function checkKey(settings: TableSettings, key: Item): void {
  const names = attributesOf(settings)
  const fits = names.every(name => isOfType(key[name], settings, name))
  if (!fits || Object.keys(key).length !== names.length) {
    throw new ValidationException('The provided key element does not match the schema')
  }
  checkValues(settings, key)
}

/** @throws ValidationException when an item lacks a key, or has a value in one that can't be there */
export function checkItemKeys(settings: TableSettings, item: Item): void {
  for (const name of attributesOf(settings)) {
    const value = item[name]
    if (!value) throw ValidationException.ofParameters(`Missing the key ${name} in the item`)
    if (isOfType(value, settings, name)) continue
    const expected = settings.attributeTypes[name]
    throw ValidationException.ofParameters(
      `Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`,
    )
  }
  checkValues(settings, item)
  checkIndexKeys(settings, item)
}

/** @throws ValidationException */
export function checkIndexKeys(settings: TableSettings, item: Item): void {
  for (const index of [...settings.globalIndexes, ...settings.localIndexes]) {
    for (const name of attributesOf(index)) {
      const value = item[name]
      if (!value) continue
      if (!isOfType(value, settings, name)) {
        const expected = settings.attributeTypes[name]
        throw ValidationException.ofParameters(
          `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        )
      }
      if (value.S === '' || value.B === '') {
        throw new ValidationException(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. IndexName: ${index.name}, IndexKey: ${name}`,
        )
      }
      checkLength(value, name === index.key.partition)
    }
  }
}

export const isOfType = (
  value: AttributeValue | undefined,
  { attributeTypes }: TableSettings,
  name: string,
): value is AttributeValue => value !== undefined && typeOf(value) === attributeTypes[name]

function checkValues(settings: TableSettings, item: Item): void {
  for (const name of attributesOf(settings)) {
    const value = item[name]
    if (!value) continue
    if (value.S === '' || value.B === '') {
      throw new ValidationException(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. Key: ${name}`,
      )
    }
    checkLength(value, name === settings.key.partition)
  }
}

function checkLength({ S = '', B = '' }: AttributeValue, isPartition: boolean): void {
  const length = Buffer.byteLength(S) + Buffer.byteLength(B, 'base64')
  if (isPartition && length > LONGEST_PARTITION_KEY) {
    throw ValidationException.ofParameters('Size of hashkey has exceeded the maximum size limit of2048 bytes')
  }
  if (!isPartition && length > LONGEST_SORT_KEY) {
    throw ValidationException.ofParameters(
      'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
    )
  }
}

const kindOf = ({ S }: AttributeValue): string => (S === undefined ? 'binary' : 'string')
