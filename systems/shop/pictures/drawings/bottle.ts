const BODY =
  'M322 262 C322 228 346 214 352 190 L448 190 C454 214 478 228 478 262 L478 604 C478 628 462 640 438 640 L362 640 ' +
  'C338 640 322 628 322 604 Z'

/** A water bottle of sage enamel with a lid of light wood. */
export const bottle = `
  <defs>
    <linearGradient id="enamel" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#4f705d" />
      <stop offset="0.12" stop-color="#7b9e88" />
      <stop offset="0.3" stop-color="#a9c6b3" />
      <stop offset="0.55" stop-color="#7fa28c" />
      <stop offset="0.85" stop-color="#577a66" />
      <stop offset="1" stop-color="#41604f" />
    </linearGradient>
    <linearGradient id="steel" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#8f9296" />
      <stop offset="0.3" stop-color="#f4f4f2" />
      <stop offset="0.6" stop-color="#b5b8ba" />
      <stop offset="1" stop-color="#74777b" />
    </linearGradient>
    <linearGradient id="beech" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#a57a48" />
      <stop offset="0.3" stop-color="#e6c492" />
      <stop offset="0.65" stop-color="#cba06a" />
      <stop offset="1" stop-color="#8c6437" />
    </linearGradient>
    <clipPath id="body"><path d="${BODY}" /></clipPath>
  </defs>
  <ellipse cx="480" cy="640" rx="200" ry="30" fill="#6b4a33" opacity="0.38" filter="url(#far)" />
  <ellipse cx="402" cy="640" rx="84" ry="11" fill="#3b2416" opacity="0.6" filter="url(#near)" />
  <path d="M360 108 C350 50 450 50 440 108" fill="none" stroke="#6f4a2a" stroke-width="17" stroke-linecap="round" />
  <path d="M363 100 C360 62 420 58 434 84" fill="none" stroke="#b98a58" stroke-width="5" stroke-linecap="round" />
  <rect x="346" y="104" width="108" height="68" rx="12" fill="url(#beech)" />
  <g stroke="#8c6437" stroke-width="1.5" opacity="0.4">
    <path d="M348 122 C380 118 420 126 452 121" fill="none" />
    <path d="M348 140 C384 146 416 136 452 142" fill="none" />
    <path d="M348 158 C380 154 420 160 452 156" fill="none" />
  </g>
  <rect x="350" y="168" width="100" height="26" rx="4" fill="url(#steel)" />
  <path d="M350 177 H450 M350 185 H450" stroke="#6c6f73" stroke-width="1.6" opacity="0.6" />
  <path d="${BODY}" fill="url(#enamel)" />
  <g clip-path="url(#body)">
    <ellipse cx="410" cy="620" rx="100" ry="40" fill="#233a2d" opacity="0.45" filter="url(#softer)" />
    <path d="M352 250 V600" stroke="#fff" stroke-width="17" stroke-linecap="round" opacity="0.5" filter="url(#soft)" />
    <path d="M380 262 V470" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity="0.35" filter="url(#soft)" />
    <path d="M466 262 V600" stroke="#cfe3d6" stroke-width="6" opacity="0.35" filter="url(#soft)" />
    <rect x="322" y="604" width="156" height="36" fill="url(#steel)" opacity="0.9" />
    <path d="M322 604 H478" stroke="#33503f" stroke-width="3" opacity="0.5" />
  </g>
  <g fill="none" stroke="#f4efe4" stroke-width="6" stroke-linecap="round" stroke-linejoin="round" opacity="0.92">
    <path d="M372 438 L396 396 L410 420 L420 404 L440 438 Z" />
  </g>
`
