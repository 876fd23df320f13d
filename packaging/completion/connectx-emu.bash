# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# bash completion for connectx-emu: its options, and the keys of a function.
_connectx_emu()
{
	local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} last
	last=${line##*[[:blank:]]}
	[[ ${line%"$last"} =~ [[:blank:]](-f|--function)[[:blank:]]+$ ]] && last=--function=$last
	case $last in
	--function=*,faults=* | --function=*,personality=*)
		# What ships lies beside this file; any other name is a file.
		local shipped=${BASH_SOURCE[0]%/bash-completion/*}/mlx5ctl/faults
		[[ $last == *,faults=* ]] || shipped=${shipped%faults}personalities
		COMPREPLY=($(cd "$shipped" 2>/dev/null && compgen -G "${last##*=}*.json"))
		COMPREPLY=("${COMPREPLY[@]%.json}")
		;;
	--function= | --function=*,*=*)
		return 0
		;;
	--function=*,*)
		COMPREPLY=($(compgen -P "${last%,*}," -W $'personality=\nlatency=\ntimeout=\nfaults=' -- "${last##*,}"))
		# What is before the last = stays on the line.
		COMPREPLY=("${COMPREPLY[@]#--function=}")
		compopt -o nospace
		;;
	-*)
		COMPREPLY=($(compgen -W $'--function=\n--trace\n--help\n--version' -- "$last"))
		[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
		;;
	esac
	return 0
}
complete -o default -F _connectx_emu connectx-emu
