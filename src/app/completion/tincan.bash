# Completion of tincan for bash; it needs sed and timeout, and no other completion code.
# Peers are named by strangers: only plain words and addresses pass _tincan_peers, and no word is ever expanded.

_tincan_commands=(listen web send connect peers history block unblock dialect cancel reply edit delete react versions id
  verify why rename trust rooms room host join leave invite ticket tickets revoke members topic role mute unmute remove who
  selftest)
_tincan_dialects=(A1 A2a A2b A3 A3-team A3-line A4 A5 A6 A7 A8 A9 A10 raw C auto)
_tincan_shared_options=(--help --version --team --ip --port --mandatory --mandatory-text --profile --config --data-dir
  --no-classic --tell-read --no-bell --web --web-port --open --plain)

# What can stand for a peer, one on each line: names that are one word, no number and no option, and addresses.
# Inside a JSON string a backslash stands before every quote, so no name can look like a field.
_tincan_peers() {
  command timeout 2 tincan "$@" peers --json 2>/dev/null </dev/null | LC_ALL=C command sed -nE '
    /^\{"event":"peer",/!d
    h
    s/.*[{,]"peer":"(([0-9]{1,3}\.){3}[0-9]{1,3}:[1-9][0-9]*|\[[0-9A-Fa-f:.]+\]:[1-9][0-9]*)"[,}].*/\1/p
    g
    s/.*[{,]"team":"([0-9]*[A-Za-z_][A-Za-z0-9_-]*)"[,}].*/\1/p
    g
    s/.*[{,]"petname":"([0-9]*[A-Za-z_][A-Za-z0-9_-]*)"[,}].*/\1/p'
}

# The words up to the cursor as they were typed: bash cuts them at every ':' and '=' too.
_tincan_read_words() {
  local rest=${COMP_LINE:0:COMP_POINT} blanks piece i
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blanks=${rest%%[![:space:]]*}
    rest=${rest#"$blanks"}
    piece=${COMP_WORDS[i]}
    ((${#piece} > ${#rest})) && piece=$rest
    if [[ $i == 0 || $blanks ]]; then words+=("$piece"); else words[-1]+=$piece; fi
    rest=${rest#"$piece"}
  done
}

# Sets: command, given (how many arguments it has), option (whose value is being typed) and place (what chooses the
# profile).
_tincan_read_line() {
  local word
  for word in "${words[@]:1:${#words[@]}-2}"; do
    case $option in
    --profile | --config | --data-dir) place+=("$option=$word") ;;
    esac
    [[ $option ]] && option='' && continue
    case $word in
    --profile=* | --config=* | --data-dir=*) place+=("$word") ;;
    --team | --ip | --port | --web-port | --mandatory | --mandatory-text | --profile | --config | --data-dir) option=$word ;;
    --timeout | --dialect | --search | --limit | --after | --seed | --worlds | --uses | --for) option=$word ;;
    -?*) ;;
    *)
      if [[ $command ]]; then ((++given))
      elif [[ " ${_tincan_commands[*]} " == *" $word "* ]]; then command=$word
      fi
      ;;
    esac
  done
  [[ $current == --*=* ]] && option=${current%%=*} && current=${current#*=}
}

# Offers the words that begin with what is typed. Readline keeps what stands before the last ':', or before a quote.
_tincan_offer() {
  local typed=${current//\\/} kept='' is_quoted='' word
  if [[ $current == [\"\']* ]]; then
    typed=${current:1} is_quoted=yes
  elif [[ $typed == *:* && $COMP_WORDBREAKS == *:* ]]; then
    kept=${typed%:*}:
  fi
  for word; do
    [[ $word == "$typed"* ]] || continue
    word=${word#"$kept"}
    [[ $is_quoted ]] || { word=${word//\[/\\[} && word=${word//\]/\\]}; } # [fd00::7]:4100 is a pattern too
    COMPREPLY+=("$word")
  done
}

_tincan_offer_peers() {
  local peers=() i
  for i in "${!place[@]}"; do
    [[ ${place[i]} == *[\'\"\\\$\`]* ]] && return # as typed: only the shell knows what that means
    place[i]=${place[i]/=\~\//=$HOME/}
  done
  mapfile -t peers < <(_tincan_peers "${place[@]}")
  _tincan_offer "${peers[@]}"
}

_tincan_offer_options() {
  _tincan_offer "${_tincan_shared_options[@]}"
  [[ $command ]] && _tincan_offer --json
  case $command in
  send) _tincan_offer --timeout --dialect --drop ;;
  connect | reply) _tincan_offer --timeout ;;
  join) _tincan_offer --timeout --plain ;;
  host) _tincan_offer --room ;;
  room) _tincan_offer --private ;;
  ticket) _tincan_offer --uses --for --qr ;;
  history) _tincan_offer --search --limit --after ;;
  id) _tincan_offer --qr --renew ;;
  verify) _tincan_offer --yes --no ;;
  trust) _tincan_offer --accept --refuse ;;
  selftest) _tincan_offer --seed --worlds ;;
  esac
}

_tincan() {
  local words command='' option='' given=0 place=() current IFS=$' \t\n'
  COMPREPLY=()
  _tincan_read_words
  current=${words[-1]}
  _tincan_read_line
  case $option in
  --config) compopt -o default ;;
  --data-dir) compopt -o dirnames ;;
  --dialect) _tincan_offer "${_tincan_dialects[@]}" ;;
  esac
  [[ $option ]] && return
  case $command:$given:$current in
  *:-*) _tincan_offer_options ;;
  :*) _tincan_offer "${_tincan_commands[@]}" ;;
  connect:* | send:0:* | history:0:* | block:0:* | unblock:0:* | cancel:0:* | dialect:0:*) _tincan_offer_peers ;;
  verify:0:* | why:0:* | rename:0:* | trust:0:* | invite:1:*) _tincan_offer_peers ;;
  room:0:*) _tincan_offer create ;;
  role:2:*) _tincan_offer moderator member ;;
  dialect:1:*) _tincan_offer "${_tincan_dialects[@]}" ;;
  esac
}

complete -F _tincan tincan
