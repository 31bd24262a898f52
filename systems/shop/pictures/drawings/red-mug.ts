/** A mug of red glaze, cream inside, with coffee in it. */
export const redMug = `
  <defs>
    <linearGradient id="glaze" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#8e2a20" />
      <stop offset="0.1" stop-color="#bd4033" />
      <stop offset="0.28" stop-color="#dd6152" />
      <stop offset="0.55" stop-color="#c5432f" />
      <stop offset="0.85" stop-color="#9a2d20" />
      <stop offset="1" stop-color="#7c2219" />
    </linearGradient>
    <linearGradient id="handle" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#d9584a" />
      <stop offset="0.5" stop-color="#b63a2a" />
      <stop offset="1" stop-color="#7c2219" />
    </linearGradient>
    <linearGradient id="inside" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#cdb59a" />
      <stop offset="0.5" stop-color="#efe2cf" />
      <stop offset="1" stop-color="#fbf4e8" />
    </linearGradient>
    <radialGradient id="coffee" cx="0.4" cy="0.4" r="0.7">
      <stop offset="0" stop-color="#7a4a2b" />
      <stop offset="1" stop-color="#3f2213" />
    </radialGradient>
    <clipPath id="mouth"><ellipse cx="370" cy="262" rx="146" ry="38" /></clipPath>
    <clipPath id="mug">
      <path d="M208 262 C210 380 214 480 224 566 C230 616 262 636 300 641 C346 647 394 647 440 641 C478 636 510 616 516 566 C526 480 530 380 532 262 Z" />
    </clipPath>
  </defs>
  <ellipse cx="470" cy="640" rx="230" ry="34" fill="#6b4a33" opacity="0.38" filter="url(#far)" />
  <ellipse cx="374" cy="640" rx="128" ry="13" fill="#3b2416" opacity="0.55" filter="url(#near)" />
  <path d="M516 330 C628 306 662 392 632 462 C610 514 562 540 506 540" fill="none" stroke="url(#handle)"
    stroke-width="40" stroke-linecap="round" />
  <path d="M524 322 C610 306 642 362 632 420" fill="none" stroke="#f3a79b" stroke-width="7" stroke-linecap="round"
    opacity="0.7" filter="url(#soft)" />
  <g clip-path="url(#mug)">
    <rect x="200" y="240" width="340" height="420" fill="url(#glaze)" />
    <ellipse cx="380" cy="660" rx="190" ry="46" fill="#4e140d" opacity="0.5" filter="url(#softer)" />
    <path d="M262 300 C264 400 266 490 276 570" fill="none" stroke="#fff" stroke-width="26" stroke-linecap="round"
      opacity="0.42" filter="url(#soft)" />
    <path d="M306 306 C307 360 308 410 310 440" fill="none" stroke="#fff" stroke-width="9" stroke-linecap="round"
      opacity="0.3" filter="url(#soft)" />
    <path d="M508 330 C506 430 500 520 492 590" fill="none" stroke="#f0a796" stroke-width="8" opacity="0.35"
      filter="url(#soft)" />
  </g>
  <ellipse cx="370" cy="262" rx="162" ry="45" fill="#d65a4a" />
  <ellipse cx="370" cy="260" rx="158" ry="42" fill="none" stroke="#f2a294" stroke-width="3" opacity="0.8" />
  <ellipse cx="370" cy="262" rx="146" ry="38" fill="url(#inside)" />
  <g clip-path="url(#mouth)">
    <ellipse cx="370" cy="286" rx="138" ry="34" fill="url(#coffee)" />
    <ellipse cx="370" cy="286" rx="138" ry="34" fill="none" stroke="#b0774a" stroke-width="4" opacity="0.6" />
    <ellipse cx="318" cy="280" rx="44" ry="7" fill="#e9c39a" opacity="0.4" filter="url(#soft)" />
    <path d="M224 262 C236 236 300 224 370 224" fill="none" stroke="#8f7458" stroke-width="16" opacity="0.35"
      filter="url(#soft)" />
  </g>
  <g fill="none" stroke="#fff" stroke-linecap="round" opacity="0.5" filter="url(#softer)">
    <path d="M338 218 C312 176 366 156 340 104" stroke-width="17" />
    <path d="M410 214 C388 182 430 162 412 126" stroke-width="14" />
  </g>
`
