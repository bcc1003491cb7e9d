// The names of common emoji. A name that is not here stays as it was written.
const NAMES = `smile 😄 smiley 😃 grinning 😀 slightly_smiling_face 🙂 blush 😊 wink 😉 joy 😂 heart_eyes 😍 thinking_face 🤔
sweat_smile 😅 cry 😢 sob 😭 pray 🙏 wave 👋 raised_hands 🙌 clap 👏 muscle 💪 ok_hand 👌 point_right 👉 point_left 👈 point_down 👇
point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 handshake 🤝 raising_hand 🙋 eyes 👀 speech_balloon 💬 bust_in_silhouette 👤
busts_in_silhouette 👥 heart ❤️ star ⭐ sparkles ✨ tada 🎉 fire 🔥 rocket 🚀 bulb 💡 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢
calendar 📅 date 📅 spiral_calendar_pad 🗓️ clock9 🕘 hourglass ⌛ hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ warning ⚠️ no_entry ⛔ question ❓ exclamation ❗
information_source ℹ️ lock 🔒 unlock 🔓 key 🔑 link 🔗 mag 🔍 pushpin 📌 round_pushpin 📍 paperclip 📎 bookmark 🔖 label 🏷️ memo 📝
pencil ✏️ pencil2 ✏️ book 📖 books 📚 newspaper 📰 page_facing_up 📄 clipboard 📋 file_folder 📁 open_file_folder 📂 bar_chart 📊
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 email 📧 envelope ✉️ incoming_envelope 📨 mailbox 📫 inbox_tray 📥
outbox_tray 📤 phone ☎️ telephone_receiver 📞 computer 💻 globe_with_meridians 🌐 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏
world_map 🗺️ compass 🧭 seedling 🌱 herb 🌿 sunny ☀️ cloud ☁️ house 🏠 office 🏢 classical_building 🏛️ school 🏫 scales ⚖️
balance_scale ⚖️ briefcase 💼 hammer_and_wrench 🛠️ wrench 🔧 gear ⚙️ wastebasket 🗑️ robot_face 🤖 child 🧒 construction 🚧
checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ red_circle 🔴 large_blue_circle 🔵 large_green_circle 🟢
large_yellow_circle 🟡 large_orange_circle 🟠 white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_yellow_square 🟨
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 heavy_plus_sign ➕ heavy_minus_sign ➖
trophy 🏆 medal 🏅 gift 🎁 coffee ☕ video_camera 📹 camera 📷 microphone 🎤 movie_camera 🎥 mortar_board 🎓 globe 🌐 thread 🧵
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zzz 💤 100 💯`;
const TABLE = new Map([...NAMES.matchAll(/(\S+)\s+(\S+)/g)].map(([, name, sign]) => [name, sign]));

// The sign of a name; undefined when it is not in the table. Two letters after "flag-" are a country.
export function emoji(name) {
  const country = /^flag-([a-z]{2})$/.exec(name);
  if (country) return String.fromCodePoint(...[...country[1]].map((letter) => 0x1F1E6 + letter.charCodeAt(0) - 97));
  return TABLE.get(name);
}

// The text with the names it holds (":tada:") turned into signs.
export function emojified(text) {
  return text.replace(/:([a-z0-9_+-]{1,40}):(?::skin-tone-[2-6]:)?/g, (whole, name) => emoji(name) ?? whole);
}
