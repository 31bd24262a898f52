import type { Random } from '@terrace/kit'

/** Digits and letters without i, l, o and u: nobody mistakes one for another, and no words come of it. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 12

/** What an order's id looks like. */
export const ORDER_ID = /^[0-9a-hjkmnp-tv-z]{12}$/

/** 60 bits: unguessable, so that an id in a mail tells nothing about how many orders there are. */
export const newOrderId = (random: Random): string => random.text(LENGTH, ALPHABET)

/** `7K2M-P0QX-93TD`: an id as people read it out. */
export const orderNumber = (id: string): string => (id.toUpperCase().match(/.{1,4}/g) ?? []).join('-')
